// `npm run clients:newest`: the tests of the clients with the newest version of each, in a copy of the project. Nothing
// is changed here; at the end it says which versions they were.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execute } from './execute.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const copy = join(root, '.cache/newest')
const confluent = join(copy, 'test/contract/clients/confluent')
const inProject = ['kafkajs', '@platformatic/kafka', '@nestjs/common', '@nestjs/core', '@nestjs/microservices']
const goModules = ['github.com/twmb/franz-go', 'github.com/segmentio/kafka-go', 'github.com/IBM/sarama']
const deadline = 3_600_000

interface Versions {
  python: Record<string, string>
  java: string[]
}

rmSync(copy, { recursive: true, force: true })
for (const file of output('git', ['ls-files']).split('\n')) {
  mkdirSync(dirname(join(copy, file)), { recursive: true })
  cpSync(join(root, file), join(copy, file))
}
await installNewest()
const failed: string[] = []
for (const script of [['install:clients'], ['test:clients'], ['test:contract', '--', '-u']]) {
  // The tables in the copy's docs are written: the versions in them are others.
  await execute('npm', ['run', ...script], { cwd: copy, deadline }).catch(() => failed.push(script[0]!))
}
console.log(`\nTried:\n${tried().join('\n')}`)
if (failed.length > 0) throw new Error(`with the newest clients ${failed.join(' and ')} failed`)

async function installNewest(): Promise<void> {
  const npm = (cwd: string, args: string[]) =>
    execute('npm', [...args, '--no-audit', '--no-fund'], { cwd, deadline: 900_000 })
  await npm(copy, ['ci'])
  await npm(copy, ['install', ...inProject.map((name) => `${name}@latest`)])
  await npm(confluent, ['install', '--ignore-scripts', '@confluentinc/kafka-javascript@latest'])
  const go = join(copy, 'test/clients/go')
  await execute('go', ['get', ...goModules.map((name) => `${name}@latest`)], { cwd: go })
  await execute('go', ['mod', 'tidy'], { cwd: go })
  const rdkafka = ['add', 'rdkafka', '--no-default-features', '--features', 'libz']
  await execute('cargo', rdkafka, { cwd: join(copy, 'test/clients/rust') })
  const { python } = readVersions()
  for (const name of Object.keys(python)) python[name] = newestOfPyPi(name)
  // Maven takes the newest of a range.
  writeFileSync(versionsFile(), JSON.stringify({ python, java: ['[3.9,3.10)', '[4.0,)'] }))
}

/** `aiokafka (0.14.0)` is how pip begins. */
function newestOfPyPi(name: string): string {
  const said = output('python3', ['-m', 'pip', 'index', 'versions', name])
  const version = /\(([^)]+)\)/.exec(said)?.[1]
  if (version === undefined) throw new Error(`pip doesn't say which version of ${name} is the newest: ${said}`)
  return version
}

function tried(): string[] {
  const ofNpm = (folder: string, name: string) => {
    const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'))
    return `${name} ${version}`
  }
  const ofGo = output('go', ['list', '-m', ...goModules], join(copy, 'test/clients/go')).split('\n')
  const [rust = ''] = output(
    'cargo',
    ['tree', '--depth', '1', '--prefix', 'none', '-p', 'rdkafka'],
    join(copy, 'test/clients/rust'),
  ).split('\n')
  const jars = output('find', [join(copy, '.cache'), '-name', 'kafka-clients-*.jar', '-path', '*kafka-clients-*/*'])
  return [
    ...inProject.map((name) => ofNpm(copy, name)),
    ofNpm(confluent, '@confluentinc/kafka-javascript'),
    ...Object.entries(readVersions().python).map((one) => one.join(' ')),
    ...ofGo,
    rust,
    ...jars.split('\n').map((jar) => jar.replace(/^.*\//, '')),
  ]
}

function versionsFile(): string {
  return join(copy, 'test/clients/versions.json')
}

function readVersions(): Versions {
  return JSON.parse(readFileSync(versionsFile(), 'utf8')) as Versions
}

function output(command: string, args: readonly string[], cwd: string = root): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8' }).trim()
}
