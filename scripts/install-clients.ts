// Installs what others wrote and `npm run test:clients` runs: clients, and readers of our reports; as far as this machine can have them.
import { existsSync } from 'node:fs'
import { installCollector } from './collector.ts'
import { installConfluentKafkaJavascript } from './confluent-kafka-javascript.ts'
import { installDebianPackages } from './debian.ts'
import { answers, execute } from './execute.ts'
import { installGoClients } from './go-clients.ts'
import { fetchJavaClients, fetchKafkaJars, fetchKafkaStreams } from './kafka-jars.ts'
import { pythonClients, venvFolder, venvPython } from './python-clients.ts'
import { installReportReaders } from './report-readers.ts'
import { installRustClient } from './rust-client.ts'

async function installKcat(): Promise<void> {
  if (await answers('kcat', ['-V'])) return
  await installDebianPackages({ commands: ['kcat'] })
}

async function installPython(): Promise<void> {
  const wanted = Object.entries(pythonClients).map(([name, version]) => `${name}==${version}`)
  const check = `from importlib.metadata import version; assert all(version(one.split('==')[0]) == one.split('==')[1] for one in ${JSON.stringify(wanted)})`
  if (existsSync(venvPython) && (await answers(venvPython, ['-c', check]))) return
  const python = process.platform === 'win32' ? 'python' : 'python3'
  await execute(python, ['-m', 'venv', venvFolder])
  await execute(venvPython, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--only-binary',
    ':all:',
    ...wanted,
  ])
}

async function installJava(): Promise<void> {
  if (!(await answers('javac', ['-version']))) throw new Error('a JDK (17 or above) is missing: install one by hand')
  await fetchKafkaJars()
  await fetchJavaClients()
  await fetchKafkaStreams()
}

const parts = {
  kcat: installKcat,
  'Python clients': installPython,
  'Go clients': installGoClients,
  rdkafka: installRustClient,
  'Kafka for Java': installJava,
  '@confluentinc/kafka-javascript': installConfluentKafkaJavascript,
  'readers of reports': installReportReaders,
  'an OpenTelemetry collector': installCollector,
}
let missing = 0
for (const [name, install] of Object.entries(parts)) {
  try {
    await install()
    console.log(`${name}: there`)
  } catch (error) {
    missing += 1
    console.error(`${name}: ${error instanceof Error ? error.message : error}`)
  }
}
// A developer's machine may lack one of them (its tests are skipped then), CI may not.
process.exitCode = missing > 0 && process.env.CI === 'true' ? 1 : 0
