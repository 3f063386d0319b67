import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { Canaries, type Sighting } from '../../support/canaries.ts'
import { createProject, type Project, run, type VitestVersion } from '../../support/project.ts'

const files = fileURLToPath(new URL('./canary', import.meta.url))

/** Where the canaries of a run were seen: in what is ours, and anywhere. */
interface Outcome {
  slots: string[]
  ours: Sighting[]
  anywhere: Sighting[]
  output: string
  reports: string[]
}

/** Runs all scenarios beside the runner's own reporters, and looks through everything that is left afterwards. */
async function scenario(vitest: VitestVersion, config: object, env: Record<string, string> = {}): Promise<Outcome> {
  const project = createProject(vitest, files)
  try {
    return await look(project, config, env)
  } finally {
    project[Symbol.dispose]()
  }
}

async function look(project: Project, config: object, env: Record<string, string>): Promise<Outcome> {
  const { folder } = project
  const canaries = new Canaries()
  const slotsFile = join(folder, 'slots.txt')
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  mkdirSync(join(folder, '.git'))
  const planted = ['secret/variable', 'secret/token of the endpoint', 'secret/URL of git']
  const [password, token, git] = planted.map((slot) => canaries.token(slot)) as [string, string, string]
  writeFileSync(join(folder, '.git/HEAD'), 'ref: refs/heads/main\n')
  writeFileSync(join(folder, '.git/config'), `[remote "origin"]\n  url = https://app:${git}@example.com/a.git\n`)
  const variables = { REGISTRY_PASSWORD: password, KAFKA_TESTKIT_TOKEN: token, CANARY_CONFIG: JSON.stringify(config) }
  const { output } = await run(project, ['node_modules/vitest/vitest.mjs', 'run'], {
    ...{ ...variables, CANARY_SEED: canaries.seed, CANARY_SLOTS: slotsFile },
    ...{ TMPDIR: temporary, TEMP: temporary, TMP: temporary, GITHUB_ACTIONS: 'true', ...env },
  })
  const history = await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', 'history', 'show', 'latest'])
  writeFileSync(join(folder, 'history.txt'), history.output)
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

/** What stays hidden whatever is redacted. */
function expectNoSecrets({ ours }: Outcome): void {
  expect(of('secret', ours)).toEqual([])
}

function expectShown({ ours }: Outcome): void {
  expect(new Set(of('shown', ours).map(({ slot }) => slot))).toHaveLength(4)
}

const runs = {
  'Vitest 5, nothing redacted': [5, {}],
  'Vitest 5, record data redacted': [5, { redact: { records: true } }],
  'Vitest 5, check data redacted': [5, { redact: { checks: true } }],
  'Vitest 5, all redacted': [5, { redact: 'all' }],
  'Vitest 5, a rule for everything': [5, { redact: { rules: [{}] } }],
  'Vitest 4.1, nothing redacted': [4, {}],
  'Vitest 4.1, all redacted by the environment': [4, {}, { KAFKA_TESTKIT_REDACT: 'all' }],
} as const satisfies Record<string, [VitestVersion, object, Record<string, string>?]>

const outcomes = new Map<string, Outcome>()
beforeAll(async () => {
  const waiting = Object.entries(runs)
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, [version, config, env]] = next
      outcomes.set(name, await scenario(version, config, env))
    }
  }
  await Promise.all([work(), work()])
}, 170_000)

describe.each(Object.keys(runs))('%s', (name) => {
  const outcome = (): Outcome => outcomes.get(name)!

  test('every scenario ran, beside every reporter', () => {
    expect(outcome().slots.length, outcome().output).toBeGreaterThan(150)
    expect(outcome().reports).toEqual(['blob.json', 'html.meta.json.gz', 'junit.xml', 'report.json'])
    expect(outcome().output).toContain('::error file=')
  })

  test('passwords, tokens and keys are not stored; names of topics, headers, groups and clients are', () => {
    expectNoSecrets(outcome())
    expectShown(outcome())
  })

  if (name.endsWith('nothing redacted')) {
    test('the control finds every canary', () => {
      const { slots, anywhere } = outcome()
      const found = new Set(anywhere.map(({ slot }) => slot))
      // These are in no file: that they are not stored is all that there is to see.
      const unwritten = [
        'secret/URL in a record',
        'secret/token of the endpoint',
        'secret/variable of the config',
        'secret/password of the config',
      ]
      expect(slots.filter((slot) => !found.has(slot)).sort()).toEqual(unwritten.sort())
    })
    test('the control finds record data in the store', () => {
      const stored = new Set(of('data', outcome().ours).map(({ slot }) => slot))
      const slots = outcome().slots.filter((slot) => slot.startsWith('data/'))
      expect(slots.filter((slot) => !stored.has(slot))).toEqual([])
    })
    return
  }

  test('what is redacted is nowhere', () => {
    const { anywhere, ours } = outcome()
    const [, config, env] = runs[name as keyof typeof runs] as [number, { redact?: unknown }, Record<string, string>?]
    const redact = JSON.stringify([config, env ?? {}])
    if (/records|all|rules/.test(redact)) expect(of('data', anywhere)).toEqual([])
    if (/checks|all/.test(redact)) expect(of('check', anywhere)).toEqual([])
    if (/checks/.test(redact)) {
      expect(
        of(
          'data',
          anywhere.filter((one) => !ours.includes(one)),
        ),
        'record data is in records only',
      ).toEqual([])
    }
  })

  if (/record|all|rule/.test(name.split(', ')[1]!)) {
    test('a title that holds record data is warned of', () => {
      expect(outcome().output).toContain('kafka-testkit: a title in tests/secrets.ts holds record data')
    })
  }
})
