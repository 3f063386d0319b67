import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createFolder } from '../support/cli.ts'

const scripts = { test: 'vitest run' }
const devDependencies = { vitest: '^5.0.0', '@testcontainers/kafka': '^11.0.0' }
const projects = {
  npm: { 'package.json': { name: 'shop', scripts, devDependencies }, 'package-lock.json': {} },
  pnpm: { 'package.json': { name: 'shop', scripts, devDependencies }, 'pnpm-lock.yaml': '' },
  'pnpm, pinned': {
    'package.json': { name: 'shop', scripts, devDependencies, packageManager: 'pnpm@10.20.0' },
    'pnpm-lock.yaml': '',
  },
  yarn: { 'package.json': { name: 'shop', scripts, devDependencies }, 'yarn.lock': '' },
  'yarn 4': {
    'package.json': { name: 'shop', scripts, devDependencies, packageManager: 'yarn@4.10.0' },
    'yarn.lock': '',
  },
  'no lock file': { 'package.json': { name: 'shop', scripts, devDependencies } },
  'npm workspaces': {
    'package.json': { name: 'shop', workspaces: ['packages/*'] },
    'package-lock.json': {},
    'packages/orders/package.json': { name: 'orders', scripts, devDependencies },
  },
  'pnpm workspaces': {
    'package.json': { name: 'shop' },
    'pnpm-workspace.yaml': 'packages: [packages/*]\n',
    'pnpm-lock.yaml': '',
    'packages/orders/package.json': { name: 'orders', scripts, devDependencies },
  },
  'yarn 4 workspaces': {
    'package.json': { name: 'shop', workspaces: ['packages/*'], packageManager: 'yarn@4.10.0' },
    'yarn.lock': '',
    'packages/orders/package.json': { name: 'orders', scripts, devDependencies },
  },
} as const

const schemas = { github: 'github-workflows', gitlab: 'gitlab-ci', circleci: 'circle-ci' } as const

const commands = {
  npm: ['npm ci', 'npm run test'],
  pnpm: ['pnpm i --frozen-lockfile', 'pnpm run test'],
  'pnpm, pinned': ['pnpm i --frozen-lockfile', 'pnpm run test'],
  yarn: ['yarn install --frozen-lockfile', 'yarn run test'],
  'yarn 4': ['yarn install --immutable', 'yarn run test'],
  'no lock file': ['npm i', 'npm run test'],
  'npm workspaces': ['npm ci', 'npm run test --workspaces --if-present'],
  'pnpm workspaces': ['pnpm i --frozen-lockfile', 'pnpm --recursive run test'],
  'yarn 4 workspaces': ['yarn install --immutable', 'yarn workspaces foreach --all run test'],
} satisfies Record<keyof typeof projects, string[]>

async function print(system: string, files: Record<string, string | object>): Promise<string> {
  using folder = createFolder(files)
  const { output, errors, exitCode } = await folder.cli(['ci', system])
  expect(errors).toBe('')
  expect(exitCode).toBe(0)
  return output
}

const kinds = Object.keys(projects) as (keyof typeof projects)[]

// They have keywords for editors, and formats that Ajv hasn't.
const ajv = new Ajv({ strict: false, validateFormats: false })

describe.for(Object.entries(schemas))('the pipeline for %s is valid by its schema', ([system, schema]) => {
  const validate = ajv.compile(JSON.parse(readFileSync(new URL(`schemas/${schema}.json`, import.meta.url), 'utf8')))

  test.for(kinds)('%s', async (kind) => {
    const pipeline = await print(system, projects[kind])

    validate(parse(pipeline))
    expect(validate.errors, pipeline).toBeNull()
    // The schema would refuse what is wrong.
    expect(validate({ ...parse(pipeline), jobs: 3, test: 3 })).toBe(false)
    expectCommands(pipeline, kind)
  })
})

test.for(kinds)('the pipeline for jenkins runs what is to be run: %s', async (kind) => {
  expectCommands(await print('jenkins', projects[kind]), kind)
})

function expectCommands(pipeline: string, kind: keyof typeof projects): void {
  for (const command of commands[kind]) expect(pipeline).toMatch(new RegExp(`(- (run: )?|sh ')${command}'?\n`))
  expect(pipeline).toMatch(/KAFKA_TESTKIT_CLUSTER( = '|: )testcontainers/)
  expect(pipeline).not.toMatch(/undefined|\[object/)
}

test.for(['github', 'gitlab', 'circleci', 'jenkins'])('the pipeline for %s', async (system) => {
  await expect(await print(system, projects.npm)).toMatchFileSnapshot(`__snapshots__/ci/${system}`)
  await expect(await print(system, projects['pnpm workspaces'])).toMatchFileSnapshot(
    `__snapshots__/ci/${system}-pnpm-workspaces`,
  )
})

test('both jobs of GitHub run the same, one of them on real Kafka at night', async () => {
  const { jobs, on } = parse(await print('github', projects.npm))

  expect(on.schedule).toEqual([{ cron: '17 3 * * *' }])
  const runs = (job: { steps: { run?: string }[] }) => job.steps.flatMap(({ run }) => run ?? [])
  expect(runs(jobs.nightly)).toEqual(runs(jobs.test))
  expect([jobs.test.env, jobs.nightly.env]).toEqual([undefined, { KAFKA_TESTKIT_CLUSTER: 'testcontainers' }])
})

test('what is missing is told beside the pipeline, not in it', async () => {
  using folder = createFolder({ 'package.json': { name: 'shop' }, 'package-lock.json': {} })

  const { output, errors, exitCode } = await folder.cli(['ci', 'github'])

  expect(parse(output).name).toBe('kafka')
  expect(errors).toBe(`kafka-testkit: package.json has no script "test", which the pipeline runs
kafka-testkit: the nightly job needs @testcontainers/kafka among the devDependencies
`)
  expect(exitCode).toBe(0)
})

test.for([
  [
    ['ci', 'travis'],
    {},
    "'travis' is invalid for argument 'system'. Allowed choices are github, gitlab, circleci, jenkins.",
  ],
  [['ci', 'github'], {}, 'there is no package.json in <folder>'],
  [
    ['ci', 'github'],
    { 'package.json': {}, 'bun.lock': '' },
    'the pipelines are for npm, pnpm and yarn; this project has bun',
  ],
] as const)('%j is an error that says why', async ([args, files, message]) => {
  using folder = createFolder(files)

  const { output, errors, exitCode } = await folder.cli([...args])

  expect(output).toBe('')
  expect(errors).toContain(message)
  expect(exitCode).toBe(1)
})
