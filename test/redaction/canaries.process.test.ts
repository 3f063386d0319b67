import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { Canaries, type Sighting } from '../support/canaries.ts'
import { createJestProject, type JestVersion } from '../support/jest.ts'
import { createProject, type ProjectFolder, readStore, run, type VitestVersion } from '../support/project.ts'

const folderOf = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url))

interface Scenario {
  runner: ['Vitest', VitestVersion] | ['Jest', JestVersion]
  config: { redact?: unknown }
  env?: Record<string, string>
}

/** Where the canaries of a run were seen: in what is ours, and anywhere. */
interface Outcome {
  slots: string[]
  ours: Sighting[]
  anywhere: Sighting[]
  output: string
  reports: string[]
  /** How the tests ended, as it is stored. */
  statuses: Set<string>
}

/** Runs all scenarios beside the runner's own reporters, and looks through everything that is left afterwards. */
async function scenario({ runner, config, env = {} }: Scenario): Promise<Outcome> {
  const [name, version] = runner
  const project =
    name === 'Vitest' ? createProject(version, folderOf('canary')) : createJestProject(version, folderOf('canary-jest'))
  try {
    return await look(project, name === 'Vitest' ? ofVitest : ofJest, config, env)
  } finally {
    project[Symbol.dispose]()
  }
}

const ofVitest = ['node_modules/vitest/vitest.mjs', 'run']
const ofJest = [
  'node_modules/jest/bin/jest.js',
  '--json',
  '--outputFile=reports/report.json',
  '--reporters=default',
  '--reporters=github-actions',
  '--reporters=kafka-testkit/jest/reporter',
]

async function look(
  project: ProjectFolder,
  command: string[],
  config: object,
  env: Record<string, string>,
): Promise<Outcome> {
  const { folder } = project
  const canaries = new Canaries()
  const slotsFile = join(folder, 'slots.txt')
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  mkdirSync(join(folder, '.git'))
  mkdirSync(join(folder, 'reports'), { recursive: true })
  const planted = ['secret/variable', 'secret/token of the endpoint', 'secret/URL of git']
  const [password, token, git] = planted.map((slot) => canaries.token(slot)) as [string, string, string]
  writeFileSync(join(folder, '.git/HEAD'), 'ref: refs/heads/main\n')
  writeFileSync(join(folder, '.git/config'), `[remote "origin"]\n  url = https://app:${git}@example.com/a.git\n`)
  const variables = { REGISTRY_PASSWORD: password, KAFKA_TESTKIT_TOKEN: token, CANARY_CONFIG: JSON.stringify(config) }
  const { output } = await run(project, command, {
    ...variables,
    CANARY_SEED: canaries.seed,
    CANARY_SLOTS: slotsFile,
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    GITHUB_ACTIONS: 'true',
    ...env,
  })
  const history = await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', 'history', 'show', 'latest'])
  writeFileSync(join(folder, 'history.txt'), history.output)
  // What leaves the machine can be redacted although what is stored is not.
  const formats =
    Object.keys({ ...config, ...env }).length > 0
      ? []
      : ['ndjson', 'junit', 'ctrf', 'csv', 'markdown', 'allure', 'otlp']
  const exports = formats.map(async (format) => {
    const args = ['export', 'latest', '--format', format, '--redact', 'all', '--out', `exported-${format}`]
    const { exitCode, output } = await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', ...args])
    expect(exitCode, output).toBe(0)
  })
  await Promise.all(exports)
  writeFileSync(join(folder, 'terminal.txt'), output)
  const slots = [...new Set([...readFileSync(slotsFile, 'utf8').trim().split('\n'), ...planted])]
  canaries.add(slots)
  // The user interface of the HTML report is Vitest's own.
  const anywhere = canaries.in(folder, (file) => file.includes('/assets/'))
  return {
    slots,
    anywhere,
    ours: anywhere.filter(({ file }) =>
      /^(\.kafka-testkit|spool|tmp|history\.txt|tests\/__snapshots__\/errors)/.test(file),
    ),
    output,
    reports: reportsIn(folder),
    statuses: new Set(readStore(project).flatMap((line) => (line.type === 'test' ? [line.status] : []))),
  }
}

const of = (kind: string, sightings: readonly Sighting[]): Sighting[] =>
  sightings.filter(({ slot }) => slot.startsWith(`${kind}/`))

/** The HTML report's data is elsewhere on each Vitest. */
function reportsIn(folder: string): string[] {
  const names = ['blob.json', 'html.meta.json.gz', 'junit.xml', 'report.json']
  const all = ['reports', '.vitest'].flatMap((name) =>
    existsSync(join(folder, name)) ? readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }) : [],
  )
  return names.filter((name) => all.some((path) => path.endsWith(name)))
}

const runs: Record<string, Scenario> = {
  'Vitest 5, nothing redacted': { runner: ['Vitest', 5], config: {} },
  'Vitest 5, record data redacted': { runner: ['Vitest', 5], config: { redact: { records: true, console: true } } },
  'Vitest 5, check data redacted': { runner: ['Vitest', 5], config: { redact: { checks: true } } },
  'Vitest 5, all redacted': { runner: ['Vitest', 5], config: { redact: 'all' } },
  'Vitest 5, a rule for everything': { runner: ['Vitest', 5], config: { redact: { rules: [{}] } } },
  'Vitest 4.1, nothing redacted': { runner: ['Vitest', 4], config: {} },
  'Vitest 4.1, all redacted': { runner: ['Vitest', 4], config: {}, env: { KAFKA_TESTKIT_REDACT: 'all' } },
  'Jest 30, nothing redacted': { runner: ['Jest', 30], config: {} },
  'Jest 30, record data redacted': { runner: ['Jest', 30], config: { redact: { records: true, console: true } } },
  'Jest 30, all redacted': { runner: ['Jest', 30], config: { redact: 'all' } },
  'Jest 29, all redacted': { runner: ['Jest', 29], config: {}, env: { KAFKA_TESTKIT_REDACT: 'all' } },
}

const outcomes = new Map<string, Outcome>()
beforeAll(async () => {
  const waiting = Object.entries(runs)
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, wanted] = next
      outcomes.set(name, await scenario(wanted))
    }
  }
  await Promise.all([work(), work()])
}, 400_000)

describe.each(Object.keys(runs))('%s', (name) => {
  const outcome = (): Outcome => outcomes.get(name)!
  const { runner, config, env } = runs[name]!
  const onVitest = runner[0] === 'Vitest'
  const redact = JSON.stringify([config, env ?? {}])
  const redacts = {
    records: /records|all|rules/.test(redact),
    checks: /checks|all/.test(redact),
  }

  test('every scenario ran, beside every reporter', () => {
    expect(outcome().slots.length, outcome().output).toBeGreaterThan(onVitest ? 150 : 120)
    const reports = onVitest ? ['blob.json', 'html.meta.json.gz', 'junit.xml', 'report.json'] : ['report.json']
    expect(outcome().reports).toEqual(reports)
    expect(outcome().output).toContain('::error file=')
    expect([...outcome().statuses].sort()).toEqual(['crashed', 'failed', 'passed', 'skipped', 'timed out'])
    const exported = outcome().anywhere.filter(({ file }) => file.startsWith('exported-'))
    expect([...of('data', exported), ...of('check', exported), ...of('console', exported)]).toEqual([])
  })

  test('passwords, tokens and keys are not stored; names of topics, headers, groups and clients are', () => {
    const { slots, ours } = outcome()
    expect(of('secret', ours)).toEqual([])
    const shown = new Set(of('shown', ours).map(({ slot }) => slot))
    expect(shown).toEqual(new Set(slots.filter((slot) => slot.startsWith('shown/'))))
  })

  if (redacts.records) {
    test('record data is nowhere, and a title that holds some is warned of', () => {
      const { anywhere } = outcome()
      expect(of('data', anywhere)).toEqual([])
      if (redact.includes('console')) expect(of('console', anywhere)).toEqual([])
      expect(outcome().output).toMatch(/kafka-testkit: a title in tests\/(secrets\.ts|errors\.js) holds record data/)
    })
  }
  if (redacts.checks) {
    test('check data is nowhere, and of record data nothing is in a message', () => {
      const { anywhere, ours } = outcome()
      expect(of('check', anywhere)).toEqual([])
      expect(
        of(
          'data',
          anywhere.filter((one) => !ours.includes(one)),
        ),
      ).toEqual([])
    })
  }
  if (!redacts.records && !redacts.checks) {
    test('the control finds every canary, and record data in the store', () => {
      const { slots, anywhere, ours } = outcome()
      const found = new Set(anywhere.map(({ slot }) => slot))
      // These are in no file: that they are not stored is all that there is to see.
      const unwritten = /^secret\/(URL in a record|token of the endpoint|(variable|password) of the config)$/
      expect(slots.filter((slot) => !found.has(slot) && !unwritten.test(slot))).toEqual([])
      const stored = new Set(of('data', ours).map(({ slot }) => slot))
      expect(slots.filter((slot) => slot.startsWith('data/') && !stored.has(slot))).toEqual([])
    })
  }
})
