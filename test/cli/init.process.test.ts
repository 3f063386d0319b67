import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { openTerminal } from '../../src/cli/init/ask.ts'
import { createFolder } from '../support/cli.ts'
import { createProject, run, runVitest } from '../support/project.ts'

const vitest = { vitest: '^5.1.0', 'kafka-testkit': '^0.1.0' }

test('a dry run shows the changes as a diff and writes nothing', async () => {
  using folder = createFolder({
    'package.json': { name: 'shop', type: 'module', devDependencies: vitest },
    'vitest.config.ts': `import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globals: true,
  },
})
`,
    '.gitignore': 'node_modules/',
  })
  const before = folder.files()

  const { output, exitCode } = await folder.cli(['init', '--dry-run'])

  expect(output).toMatchInlineSnapshot(`
    "shop, Vitest, a dry run: nothing is written

      to change  vitest.config.ts: the plugin kafka()
      to change  .gitignore: .kafka-testkit/, the local history
      to write   tests/kafka.test.ts: a test that passes at once

    - vitest.config.ts
    + vitest.config.ts

    @@ -1,6 +1,8 @@
      import { defineConfig } from 'vitest/config'
    + import kafka from 'kafka-testkit/vitest/config'

      export default defineConfig({
    +   plugins: [kafka()],
        test: {
          globals: true,
        },

    - .gitignore
    + .gitignore

      node_modules/
    + .kafka-testkit/

    - nothing
    + tests/kafka.test.ts

    + import { expect, test } from 'kafka-testkit/vitest'
    +
    + // Your application finds the broker in process.env.KAFKA_BROKERS, or you give it kafka.brokers.
    + test('a record is received', async ({ kafka }) => {
    +   await kafka.topic('greetings').produce({ key: 'en', value: { text: 'hello' } })
    +
    +   await expect(kafka.topic('greetings')).toReceiveRecord({ key: 'en', value: { text: /^hel/ } })
    + })
    "
  `)
  expect(exitCode).toBe(0)
  expect(folder.files()).toEqual(before)
})

test('it prints what it did, and what to type now', async () => {
  using folder = createFolder({ 'package.json': { name: 'shop' }, '.gitignore': 'node_modules/' })

  const { output } = await folder.cli(['init', '--runner', 'vitest'])

  expect(output).toMatchInlineSnapshot(`
    "shop, Vitest

      wrote      vitest.config.mjs: a config with the plugin kafka()
      changed    .gitignore: .kafka-testkit/, the local history
      wrote      tests/kafka.test.js: a test that passes at once

    Next:

        npm i -D vitest kafka-testkit
        npx vitest run tests/kafka.test.js
    "
  `)
  expect(folder.files()['.gitignore']).toBe('node_modules/\n.kafka-testkit/\n')
})

test.for([
  ['a dependency', { devDependencies: { vitest: '5.1.0' } }, {}, 'Vitest'],
  ['a dependency', { dependencies: { jest: '30.0.0' } }, {}, 'Jest'],
  ['a script', { scripts: { test: 'vitest run' } }, {}, 'Vitest'],
  ['a config', {}, { 'jest.config.js': 'module.exports = {}\n' }, 'Jest'],
  ['the key in package.json', { jest: {} }, {}, 'Jest'],
  ['a config of Vite with tests', {}, { 'vite.config.ts': 'export default { test: {} }\n' }, 'Vitest'],
  [
    'a config, though both are installed',
    { devDependencies: { vitest: '5.1.0', jest: '30.0.0' } },
    { 'vitest.config.ts': 'export default {}\n' },
    'Vitest',
  ],
] as const)('the runner is known by %s', async ([, manifest, files, title]) => {
  using folder = createFolder({ 'package.json': { name: 'shop', ...manifest }, ...files })

  const { output } = await folder.cli(['init', '--dry-run'])

  expect(output).toContain(`shop, ${title}, a dry run`)
})

test.for([
  ['no runner', {}, [], 'neither Vitest nor Jest is set up in <folder>: say which by --runner vitest or --runner jest'],
  [
    'two runners',
    { devDependencies: { vitest: '5.1.0', jest: '30.0.0' } },
    [],
    'Vitest and Jest are both set up in <folder>: say which by --runner vitest or --runner jest',
  ],
  [
    'an old Vitest',
    { devDependencies: { vitest: '^3.2.0' } },
    [],
    'Vitest ^3.2.0 is too old: kafka-testkit needs Vitest 4.1 or later',
  ],
  [
    'an old Jest',
    { devDependencies: { jest: '~28.1.0' } },
    [],
    'Jest ~28.1.0 is too old: kafka-testkit needs Jest 29.0 or later',
  ],
  [
    'a runner that is none',
    {},
    ['--runner', 'mocha'],
    "option '--runner <runner>' argument 'mocha' is invalid. Allowed choices are vitest, jest.",
  ],
  [
    'a workspace where there are none',
    {},
    ['--workspace', 'orders'],
    'there is no workspace "orders": <folder> has none',
  ],
] as const)('%s is an error that says what to do, and nothing is written', async ([, manifest, args, message]) => {
  using folder = createFolder({ 'package.json': { name: 'shop', ...manifest } })
  const before = folder.files()

  const { errors, exitCode } = await folder.cli(['init', ...args])

  expect(errors).toContain(message)
  expect(exitCode).toBe(1)
  expect(folder.files()).toEqual(before)
})

test('a folder that is no package is an error', async () => {
  using folder = createFolder({ 'readme.md': '' })

  const { errors, exitCode } = await folder.cli(['init'])

  expect(errors).toBe('kafka-testkit: there is no package.json in <folder> or above it: run npm init first\n')
  expect(exitCode).toBe(1)
})

test('on a terminal it asks, until it has an answer', async () => {
  const answers = ['mocha\n', '2\n']
  const input = Object.assign(new PassThrough(), { isTTY: true })
  let shown = ''
  const output = new Writable({
    write(chunk, _, done) {
      shown += chunk
      // Each question is answered when it has been asked.
      if (String(chunk).endsWith('> ')) input.write(answers.shift())
      done()
    },
  })

  const chosen = openTerminal(input, Object.assign(output, { isTTY: true })).choose('Which runner?', ['Vitest', 'Jest'])

  expect(await chosen).toBe('Jest')
  expect(shown.split('Which runner?\n  1  Vitest\n  2  Jest\n> ')).toHaveLength(3)
})

test('a terminal that closes without an answer is an error, not a hang', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const output = Object.assign(new Writable({ write: (_, __, done) => done() }), { isTTY: true })

  const chosen = openTerminal(input, output).choose('Which runner is it to be?', ['Vitest', 'Jest'])
  input.end()

  await expect(chosen).rejects.toThrow('nothing was chosen, nothing is changed')
})

test.for([4, 5] as const)('what it wrote passes at once on a real Vitest %i', { timeout: 60_000 }, async (version) => {
  using project = createProject(version, { 'tsconfig.json': '{}' })

  const set = await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', 'init', '--runner', 'vitest'])
  const { tests, lines, output } = await runVitest(project)

  expect(set.output).toContain('wrote      tests/kafka.test.ts')
  expect(tests, output).toEqual([expect.objectContaining({ name: 'a record is received', status: 'passed' })])
  // The plugin took effect: its reporter stored the run.
  expect(lines.some((line) => line.type === 'check' && line.verdict === 'passed')).toBe(true)
})

test.for([
  [
    'a function',
    `import { defineConfig } from 'vitest/config'\nexport default defineConfig(() => { return { test: { globals: true } } })\n`,
  ],
  [
    'mergeConfig',
    `import { defineConfig, mergeConfig } from 'vitest/config'\nconst base = defineConfig({ plugins: [{ name: 'other' }] })\nexport default mergeConfig(base, defineConfig({ test: { globals: true } }))\n`,
  ],
  ['CommonJS', `module.exports = { test: { globals: true } }\n`, 'vitest.config.cjs'],
  ['projects that extend it', `export default { test: { projects: [{ extends: true, test: { name: 'unit' } }] } }\n`],
  ['projects that say nothing', `export default { test: { projects: [{ test: { name: 'unit' } }] } }\n`],
])(
  'the sample passes on a real Vitest with an edited config: %s',
  { timeout: 60_000 },
  async ([, config, file = 'vitest.config.ts']) => {
    using project = createProject(5, { [file]: config! })

    await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', 'init', '--runner', 'vitest'])
    const { tests, output } = await runVitest(project)

    expect(
      tests.map(({ status }) => status),
      output,
    ).toEqual(['passed'])
  },
)

test('the sample passes on a real Vitest in a package of a monorepo', { timeout: 60_000 }, async () => {
  using project = createProject(5, {
    'package-lock.json': '{}',
    'packages/orders/package.json': JSON.stringify({
      name: 'orders',
      type: 'module',
      devDependencies: { vitest: '*' },
    }),
  })
  const root = { name: 'shop', private: true, workspaces: ['packages/*'] }
  writeFileSync(join(project.folder, 'package.json'), JSON.stringify(root))

  await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', 'init', '--workspace', 'orders'])
  const { tests, output } = await runVitest(project, ['--root', 'packages/orders'])

  expect(tests, output).toEqual([expect.objectContaining({ name: 'a record is received', status: 'passed' })])
  expect(readFileSync(join(project.folder, '.gitignore'), 'utf8')).toBe('.kafka-testkit/\n')
})
