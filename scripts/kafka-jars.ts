import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import versions from '../test/clients/versions.json' with { type: 'json' }
import { execute } from './execute.ts'

/** The release that the tests and the bench compare with. */
export const kafkaVersion = '4.1.1'

/** Of Kafka's Java client: the newest that speaks to brokers from before 2.1 too, and the newest. */
export const javaClientVersions: readonly string[] = versions.java

/** Where Kafka's jars lie once they were fetched: its broker, its Java client and its command-line tools. */
export const kafkaJarsFolder: string = folderOf(`kafka-${kafkaVersion}/libs`)

export function hasKafkaJars(): boolean {
  return isComplete(kafkaJarsFolder)
}

/** Fetches the jars by Maven (54 MB) unless they are there. Throws when `mvn` is missing or fails. */
export async function fetchKafkaJars(): Promise<void> {
  await fetchJars(kafkaJarsFolder, [
    `org.apache.kafka:kafka_2.13:${kafkaVersion}`,
    `org.apache.kafka:kafka-tools:${kafkaVersion}`,
    'org.apache.logging.log4j:log4j-slf4j-impl:2.24.3',
  ])
}

/** Where a version of the Java client lies, with what its programs in the tests need. */
export function javaClientFolder(version: string): string {
  // A range of versions (scripts/clients-newest.ts) is no name for a folder.
  return folderOf(`kafka-clients-${version.replaceAll(/[^\w.-]/g, '_')}`)
}

export function hasJavaClients(): boolean {
  return javaClientVersions.every((version) => isComplete(javaClientFolder(version)))
}

export async function fetchJavaClients(): Promise<void> {
  for (const version of javaClientVersions) {
    await fetchJars(javaClientFolder(version), [
      `org.apache.kafka:kafka-clients:${version}`,
      'com.fasterxml.jackson.core:jackson-databind:2.19.0',
      'org.slf4j:slf4j-nop:2.0.17',
    ])
  }
}

/** Kafka Streams of the newest of them (80 MB, most of it RocksDB for each platform). */
const streamsVersion = javaClientVersions.at(-1)!
export const kafkaStreamsFolder: string = folderOf(`kafka-streams-${streamsVersion.replaceAll(/[^\w.-]/g, '_')}`)

export function hasKafkaStreams(): boolean {
  return isComplete(kafkaStreamsFolder)
}

export function fetchKafkaStreams(): Promise<void> {
  const artifacts = [`org.apache.kafka:kafka-streams:${streamsVersion}`, 'org.slf4j:slf4j-nop:1.7.36']
  return fetchJars(kafkaStreamsFolder, artifacts)
}

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../.cache/${name}`, import.meta.url))
}

const mark = '.complete'

function isComplete(folder: string): boolean {
  return existsSync(join(folder, mark))
}

/** `group:artifact:version`, with all that they need. */
async function fetchJars(folder: string, artifacts: readonly string[]): Promise<void> {
  if (isComplete(folder)) return
  const temporary = await mkdtemp(join(tmpdir(), 'kafka-jars-'))
  try {
    const pom = join(temporary, 'pom.xml')
    writeFileSync(pom, projectModel(artifacts))
    mkdirSync(folder, { recursive: true })
    await execute('mvn', [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${folder}`,
      '-DincludeScope=runtime',
    ])
    writeFileSync(join(folder, mark), '')
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

function projectModel(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((one) => {
    const [group, artifact, version] = one.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
    <modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>kafka-jars</artifactId><version>1</version>
    <dependencies>${dependencies.join('\n')}</dependencies>
  </project>`
}
