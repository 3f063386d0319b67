import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { completeBlocks, isTestFile } from '../docs/blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const windows = process.platform === 'win32'
let folder: string
/** What an install put into the folder beyond what a project with Vitest has. */
let brought: string[]
let said: string

/** Runs a command in the empty folder, as a new user would. */
function shell(command: string, ...args: string[]): string {
  return execFileSync(windows ? `${command}.cmd` : command, args, {
    cwd: folder,
    encoding: 'utf8',
    shell: windows,
    env: { ...process.env, NODE_ENV: '', VITEST: '', NO_COLOR: '1' },
  })
}

/** The folders of all packages. */
function packages(): string[] {
  return shell('npm', 'ls', '--all', '--parseable').trim().split(/\r?\n/)
}

/** Bytes of a package's own files and folders, as `du` counts them. */
function bytesOf(one: string): number {
  const files = globSync('**', { cwd: one, exclude: ({ name }) => name === 'node_modules', withFileTypes: true })
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
}

/** What a checker printed, also where it found something. */
function problems(command: string, ...args: string[]): string {
  try {
    return shell(command, ...args)
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-package-'))
  execFileSync(windows ? 'npm.cmd' : 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    shell: windows,
    stdio: 'pipe',
  })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'new-user', private: true, type: 'module' }))
  shell('npm', 'install', '--save-dev', 'vitest@5.1.1', 'typescript@7.0.2', '@types/node@24', 'zod@4.6.7')
  const before = new Set(packages())
  const install = ['install', '--save-dev', '--no-audit', '--no-fund', `./${tarball}`]
  const { stdout, stderr } = spawnSync(windows ? 'npm.cmd' : 'npm', install, {
    cwd: folder,
    encoding: 'utf8',
    shell: windows,
  })
  said = `${stdout}${stderr}`
  brought = packages().filter((one) => !before.has(one))
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    `import { defineConfig } from 'vitest/config'
import kafka from 'kafka-testkit/vitest/config'

export default defineConfig({ plugins: [kafka()] })
`,
  )
  // The README's first example, and the service that it tests.
  const [example] = completeBlocks('README.md').filter(isTestFile)
  mkdirSync(join(folder, 'tests'))
  writeFileSync(join(folder, 'tests/order.test.ts'), example?.code ?? '')
  cpSync(join(root, 'fixtures/retail/src'), join(folder, 'src'), { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

test('it brings at most 30 packages and 6 MB, and npm has nothing to warn of', () => {
  expect(brought.map((one) => basename(one))).toContain('kafka-testkit')
  expect(brought.length).toBeLessThanOrEqual(30)
  expect(brought.reduce((sum, one) => sum + bytesOf(one), 0)).toBeLessThanOrEqual(6_000_000)
  expect(said.trim()).toMatch(/^added \d+ packages in \S+$/)
})

test('each package that is bundled is there with its licence', () => {
  const dist = join(folder, 'node_modules/kafka-testkit/dist')
  const licences = readFileSync(join(dist, 'THIRD-PARTY-LICENSES'), 'utf8')
  const licensed = [...licences.matchAll(/^-{80}\n\n(\S+) \S+ \([\w.-]+\)\n\n(?=\S)/gm)].map(([, name]) => name)
  const bundled = readdirSync(join(dist, 'vendor'))
  expect(bundled).toContain('zod.js')
  for (const file of bundled) {
    const name = file.replace(/\.c?js$/, '')
    expect(licensed.map((one) => one!.replace(/^@/, '').replace('/', '-'))).toContain(name)
  }
})

test('the first example works at the first try, and leaves a history', () => {
  expect(shell('npx', 'vitest', 'run')).toMatch(/Tests\s+1 passed/)
  expect(shell('npx', 'kafka-testkit', 'history', 'show', 'latest')).toContain('an order over stock is rejected')
})

test.each(['nodenext', 'preserve'])(
  'its types hold in a strict project that checks libraries too, with module %s',
  (module) => {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module,
          target: 'es2023',
          lib: ['es2023', 'esnext.disposable'],
          types: ['node'],
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          // The service's own; the example imports it without one, as bundlers allow.
          allowImportingTsExtensions: true,
        },
        // The example imports its service without an extension, as a bundler allows.
        include: module === 'nodenext' ? ['*.ts'] : ['*.ts', 'tests'],
      }),
    )
    expect(problems('npx', 'tsc', '-p', '.')).toBe('')
  },
)

/** Of each entry the names that a user can import: what is not here is no one's to use. */
const exported = [
  [
    'index',
    'BrokerConfig ClusterConfig Config ConsumeOptions CreateTopicOptions Environment ExternalConfig Group HeaderInput HeaderValue Headers Isolation Kafka NewTopicOptions Pattern ProduceOptions ProducedRecord RawRecord ReceiveOptions ReceivedRecord RecordFields RecordInput RecordPattern RecordsOptions RedactOptions RedactRule RedactSwitches RuleAction RuleSelect RuleTarget SaslConfig SaslSslConfig Serde SerdeContext Serdes SettledOptions SslConfig TestcontainersConfig Topic TopicConfig TopicOptions Variables auto bytes defineConfig json string',
  ],
  ['broker/index', 'Broker BrokerOptions StrictSwitches startBroker'],
  ['vitest/index', 'expect it kafka test'],
  ['vitest/config', 'default'],
  ['vitest/reporter', 'default'],
  ['jest/index', 'kafka'],
  ['jest/environment', 'default withKafka'],
  ['jest/reporter', 'default'],
] as const

test.each(exported)('%s exports what is documented and nothing else', (entry, names) => {
  const types = readFileSync(join(folder, 'node_modules/kafka-testkit/dist', `${entry}.d.ts`), 'utf8')
  const declared = [...types.matchAll(/^export declare (?:const|function|class) (\w+)/gm)].map(([, name]) => name!)
  const listed = [...types.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) => list!.split(','))
  const named = listed
    .map((one) =>
      one
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    )
    .filter((one) => one !== '')
  const whole = /^export default /m.test(types) ? ['default'] : []
  expect([...declared, ...named, ...whole].toSorted()).toEqual(names.split(' '))
})

test('the types of a handle hold nothing of how it is made', () => {
  const read = (file: string): string => readFileSync(join(folder, 'node_modules/kafka-testkit/dist', file), 'utf8')
  expect(read('kafka.d.ts')).not.toMatch(/\bScope\b|\bCluster\b/)
  expect(read('broker/index.d.ts').split('\n').length).toBeLessThan(100)
})

test('a CommonJS and an ES module load what has no runner', () => {
  writeFileSync(
    join(folder, 'load.cjs'),
    "const { startBroker } = require('kafka-testkit/broker'); require('kafka-testkit'); startBroker().then((broker) => { console.log(broker.brokers.length); return broker.close() })",
  )
  writeFileSync(
    join(folder, 'load.mjs'),
    "import { startBroker } from 'kafka-testkit/broker'; import 'kafka-testkit'; const broker = await startBroker(); console.log(broker.brokers.length); await broker.close()",
  )
  expect(shell('node', 'load.cjs').trim()).toBe('1')
  expect(shell('node', 'load.mjs').trim()).toBe('1')
})

/** The names of the commands below one, as its help lists them. */
function commandsOf(...command: string[]): string[] {
  const help = shell('node', 'node_modules/kafka-testkit/dist/cli/main.js', ...command, '--help')
  expect(help).toContain(`Usage: ${['kafka-testkit', ...command].join(' ')}`)
  const [, list = ''] = help.split('Commands:\n')
  return [...list.matchAll(/^ {2}(\w\S*)/gm)].map(([, name]) => name!).filter((name) => name !== 'help')
}

test('each command shows its help, and those that need most are whole', () => {
  const commands = commandsOf()
  expect(commands).toEqual(expect.arrayContaining(['init', 'ci', 'history', 'serve', 'broker', 'push', 'export']))
  for (const command of commands) for (const below of commandsOf(command)) commandsOf(command, below)

  expect(shell('npx', 'kafka-testkit', 'ci', 'github')).toContain('npm ci')
  expect(shell('npx', 'kafka-testkit', 'init')).toContain('vitest.config.ts')
})

test('the endpoint works as installed, and names the client that PostgreSQL wants', () => {
  const create = ['kafka-testkit', 'serve', 'token', 'create', '--name', 'CI', '--scope', 'admin']
  expect(() => shell('npx', ...create)).toThrow('there is no store in')
  // Starts an endpoint, asks it for its description when it listens, and stops it.
  writeFileSync(
    join(folder, 'serve.cjs'),
    `const main = require.resolve('kafka-testkit/package.json').replace('package.json', 'dist/cli/main.js')
const served = require('node:child_process').spawn(process.execPath, [main, 'serve', '--port', '0'])
served.stdout.on('data', async (lines) => {
  const [url] = /http:\\S+/.exec(String(lines)) ?? []
  if (url === undefined) return
  console.log((await (await fetch(new URL('/openapi.json', url))).json()).info.title)
  served.kill()
})`,
  )
  expect(shell('node', 'serve.cjs')).toBe('kafka-testkit endpoint\n')
  expect(shell('npx', ...create)).toMatch(/^ktk_[\w-]{43}\n$/)
  process.env.DATABASE_URL = 'postgres://127.0.0.1:1/none'
  try {
    expect(() => shell('npx', ...create)).toThrow('whose client is not installed: npm install pg')
  } finally {
    delete process.env.DATABASE_URL
  }
})
