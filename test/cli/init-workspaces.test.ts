import { expect, test } from 'vitest'
import { createFolder } from '../support/cli.ts'

const orders = {
  name: '@shop/orders',
  type: 'module',
  devDependencies: { vitest: '^5.1.0', 'kafka-testkit': '^0.1.0' },
}
const kinds = {
  npm: { 'package.json': { name: 'shop', workspaces: ['packages/*'] }, 'package-lock.json': {} },
  yarn: { 'package.json': { name: 'shop', workspaces: { packages: ['packages/*'] } }, 'yarn.lock': '' },
  pnpm: {
    'package.json': { name: 'shop' },
    'pnpm-lock.yaml': '',
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
  },
} as const

const packages = {
  'packages/orders/package.json': orders,
  'packages/orders/tsconfig.json': {},
  'packages/web/package.json': { name: '@shop/web', devDependencies: { jest: '^30.0.0' } },
  'packages/types/package.json': { name: '@shop/types' },
}

const written = ['.gitignore', 'packages/orders/tests/kafka.test.ts', 'packages/orders/vitest.config.ts']

function added(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(after).filter((name) => before[name] !== after[name])
}

test.for([
  ['npm', 'npx vitest run tests/kafka.test.ts'],
  ['yarn', 'yarn exec vitest -- run tests/kafka.test.ts'],
  ['pnpm', 'pnpm exec vitest run tests/kafka.test.ts'],
] as const)('workspaces of %s: a package is set up from its own folder', async ([kind, command]) => {
  using folder = createFolder({ ...kinds[kind], ...packages, 'packages/orders/src/main.ts': '' })
  const before = folder.files()

  const { output, errors } = await folder.cli(['init'], 'packages/orders/src')

  expect(errors).toBe('')
  expect(added(before, folder.files())).toEqual(written)
  expect(output).toContain(command)
})

test.for(['npm', 'yarn', 'pnpm'] as const)('workspaces of %s: a package is named at the root', async (kind) => {
  for (const name of ['@shop/orders', 'packages/orders', './packages/orders/']) {
    using folder = createFolder({ ...kinds[kind], ...packages })
    const before = folder.files()

    const { output } = await folder.cli(['init', '--workspace', name])

    expect(added(before, folder.files())).toEqual(written)
    expect(output).toContain('wrote      packages/orders/vitest.config.ts')
    expect(output).toContain('    cd packages/orders\n')
  }
})

test.for([
  [[], 'this is the root of 3 packages: say which by --workspace @shop/orders or @shop/web'],
  [['--workspace', '@shop/ordes'], 'there is no workspace "@shop/ordes", did you mean "@shop/orders"?'],
] as const)('at the root, %j is an error that names the packages', async ([args, message]) => {
  using folder = createFolder({ ...kinds.npm, ...packages })
  const before = folder.files()

  const { errors, exitCode } = await folder.cli(['init', ...args])

  expect(errors).toBe(`kafka-testkit: ${message}\n`)
  expect(exitCode).toBe(1)
  expect(folder.files()).toEqual(before)
})

test('at the root, the only package with tests is meant', async () => {
  const { 'packages/web/package.json': _, ...rest } = packages
  using folder = createFolder({ ...kinds.pnpm, ...rest })
  const before = folder.files()

  await folder.cli(['init'])

  expect(added(before, folder.files())).toEqual(written)
})

test('a runner and a config at the root serve every package', async () => {
  const root = { name: 'shop', type: 'module', workspaces: ['packages/*'], devDependencies: orders.devDependencies }
  using folder = createFolder({
    'package.json': root,
    'package-lock.json': {},
    'vitest.config.ts': 'export default {}\n',
    'packages/orders/package.json': { name: '@shop/orders' },
    'packages/types/package.json': { name: '@shop/types' },
  })
  const before = folder.files()

  const { output } = await folder.cli(['init'], 'packages/orders')

  expect(added(before, folder.files())).toEqual(['.gitignore', 'tests/kafka.test.ts', 'vitest.config.ts'])
  expect(output).toContain('changed    ../../vitest.config.ts')
})

test('a root that only hands on to projects is not edited: the package is', async () => {
  const root = { name: 'shop', workspaces: ['packages/*'], devDependencies: orders.devDependencies }
  using folder = createFolder({
    'package.json': root,
    'package-lock.json': {},
    'vitest.config.ts': "export default { test: { projects: ['packages/*'] } }\n",
    'packages/orders/package.json': { name: '@shop/orders', type: 'module' },
    'packages/orders/tsconfig.json': {},
  })
  const before = folder.files()

  await folder.cli(['init'], 'packages/orders')

  expect(added(before, folder.files())).toEqual(written)
})

test('a repository above that the package is no part of is left alone', async () => {
  using folder = createFolder({ ...kinds.npm, ...packages, 'tools/package.json': { ...orders, name: 'tools' } })
  const before = folder.files()

  await folder.cli(['init'], 'tools')

  expect(added(before, folder.files())).toEqual([
    'tools/.gitignore',
    'tools/tests/kafka.test.js',
    'tools/vitest.config.js',
  ])
})

test('the store is ignored at the top of the git repository', async () => {
  using folder = createFolder({ '.git/HEAD': '', '.gitignore': 'dist/\n', 'services/orders/package.json': orders })
  const before = folder.files()

  await folder.cli(['init'], 'services/orders')
  const first = folder.files()
  await folder.cli(['init'], 'services/orders')

  expect(added(before, first)).toContain('.gitignore')
  expect(first['.gitignore']).toBe('dist/\n.kafka-testkit/\n')
  expect(folder.files()).toEqual(first)
})

test.for([
  ['npm', 'npm i -D vitest kafka-testkit'],
  ['yarn', 'yarn add -D -W vitest vite kafka-testkit'],
  ['pnpm', 'pnpm add -D -w vitest kafka-testkit'],
] as const)('what is to be installed at the root of workspaces of %s', async ([kind, command]) => {
  using folder = createFolder({ ...kinds[kind], 'packages/types/package.json': { name: '@shop/types' } })

  const { output } = await folder.cli(['init', '--workspace', '.', '--runner', 'vitest'])

  expect(output).toContain(`    ${command}\n    `)
})
