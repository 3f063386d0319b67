import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execute } from './execute.ts'

/** The release that the tests and the bench compare with. */
export const kafkaVersion = '4.1.1'

/** Where Kafka's jars lie once they were fetched: its broker, its Java client and its command-line tools. */
export const kafkaJarsFolder: string = fileURLToPath(new URL(`../.cache/kafka-${kafkaVersion}/libs`, import.meta.url))
const complete = join(kafkaJarsFolder, '.complete')

export function hasKafkaJars(): boolean {
  return existsSync(complete)
}

/** Fetches the jars by Maven (54 MB) unless they are there. Throws when `mvn` is missing or fails. */
export async function fetchKafkaJars(): Promise<void> {
  if (hasKafkaJars()) return
  const folder = await mkdtemp(join(tmpdir(), 'kafka-jars-'))
  try {
    const pom = join(folder, 'pom.xml')
    writeFileSync(pom, projectModel())
    mkdirSync(kafkaJarsFolder, { recursive: true })
    await execute('mvn', [
      ...['-q', '-B', '-f', pom, 'dependency:copy-dependencies'],
      ...[`-DoutputDirectory=${kafkaJarsFolder}`, '-DincludeScope=runtime'],
    ])
    writeFileSync(complete, '')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function projectModel(): string {
  const dependency = (group: string, artifact: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
    <modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>kafka-jars</artifactId><version>1</version>
    <dependencies>
      ${dependency('org.apache.kafka', 'kafka_2.13', kafkaVersion)}
      ${dependency('org.apache.kafka', 'kafka-tools', kafkaVersion)}
      ${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', '2.24.3')}
    </dependencies>
  </project>`
}
