import { expect, test } from 'vitest'
import { createFolder } from '../support/cli.ts'

const manifest = { name: 'shop', devDependencies: { jest: '^30.0.0', 'kafka-testkit': '^0.1.0' } }

/** Configs that are edited, and what they become: nothing else in them may change. */
const edited: Record<string, [file: string, before: string, after: string]> = {
  'module.exports': [
    'jest.config.js',
    `/** @type {import('jest').Config} */
module.exports = {
  // Mocks are reset.
  resetMocks: true,
}
`,
    `/** @type {import('jest').Config} */
module.exports = {
  preset: 'kafka-testkit',
  // Mocks are reset.
  resetMocks: true,
}
`,
  ],
  'a function': [
    'jest.config.cjs',
    `module.exports = async () => ({ verbose: true });
`,
    `module.exports = async () => ({ preset: 'kafka-testkit', verbose: true });
`,
  ],
  'a type in TypeScript': [
    'jest.config.ts',
    `import type { Config } from "jest";

const config: Config = {
  clearMocks: true,
};

export default config;
`,
    `import type { Config } from "jest";

const config: Config = {
  preset: "kafka-testkit",
  clearMocks: true,
};

export default config;
`,
  ],
  defineConfig: [
    'jest.config.mjs',
    `import { defineConfig } from 'jest'

export default defineConfig({})
`,
    `import { defineConfig } from 'jest'

export default defineConfig({ preset: 'kafka-testkit' })
`,
  ],
  'an environment and reporters, which win over a preset': [
    'jest.config.js',
    `module.exports = {
  testEnvironment: 'node',
  reporters: [
    'default',
    ['jest-junit', { outputDirectory: 'reports' }],
  ],
}
`,
    `module.exports = {
  preset: 'kafka-testkit',
  testEnvironment: 'kafka-testkit/jest/environment',
  reporters: [
    'default',
    ['jest-junit', { outputDirectory: 'reports' }],
    'kafka-testkit/jest/reporter',
  ],
}
`,
  ],
  'another preset, by the parts': [
    'jest.config.js',
    `module.exports = {
  preset: 'ts-jest',
  setupFilesAfterEnv: ['./test/setup.ts'],
}
`,
    `module.exports = {
  testEnvironment: 'kafka-testkit/jest/environment',
  globalSetup: 'kafka-testkit/jest/global-setup',
  globalTeardown: 'kafka-testkit/jest/global-teardown',
  reporters: ['default', 'kafka-testkit/jest/reporter'],
  preset: 'ts-jest',
  setupFilesAfterEnv: ['./test/setup.ts', 'kafka-testkit/jest/setup'],
}
`,
  ],
  JSON: ['jest.config.json', '{\n  "verbose": true\n}\n', '{\n  "preset": "kafka-testkit",\n  "verbose": true\n}\n'],
}

test.for(Object.entries(edited))('a config with %s is edited, once', async ([, [file, before, after]]) => {
  using folder = createFolder({ 'package.json': manifest, [file]: before })

  const first = await folder.cli(['init'])
  const files = folder.files()
  expect(first.errors).toBe('')
  expect(files[file]).toBe(after)
  expect(first.exitCode).toBe(0)

  const second = await folder.cli(['init'])
  expect(folder.files()).toEqual(files)
  expect(second.output).toContain(`as it is   ${file}: kafka-testkit is in it`)
  expect(second.output).not.toMatch(/changed|wrote/)
})

test('the key of package.json is edited, and nothing else of it', async () => {
  // As the starter of NestJS has it.
  const before = `{
  "name": "shop",
  "devDependencies": { "jest": "^30.0.0", "ts-jest": "^29.0.0", "kafka-testkit": "^0.1.0" },
  "jest": {
    "moduleFileExtensions": ["js", "json", "ts"],
    "rootDir": "src",
    "testRegex": ".*\\\\.spec\\\\.ts$",
    "transform": { "^.+\\\\.(t|j)s$": "ts-jest" },
    "testEnvironment": "node"
  }
}
`
  using folder = createFolder({ 'package.json': before, 'tsconfig.json': {} })

  const { output } = await folder.cli(['init'])

  expect(folder.files()['package.json']).toBe(
    before
      .replace('"moduleFile', '"preset": "kafka-testkit",\n    "moduleFile')
      .replace('"node"', '"kafka-testkit/jest/environment"'),
  )
  expect(output).toContain(
    "changed    package.json: preset: 'kafka-testkit', testEnvironment: 'kafka-testkit/jest/environment'",
  )
  // The sample is where rootDir and testRegex look.
  expect(output).toContain('wrote      src/tests/kafka.spec.ts')
})

test('the file that package.json names is the config', async () => {
  using folder = createFolder({ 'package.json': { ...manifest, jest: './config/jest.json' }, 'config/jest.json': {} })

  await folder.cli(['init'])

  expect(folder.files()['config/jest.json']).toBe('{ "preset": "kafka-testkit" }\n')
})

const refused: Record<string, [files: Record<string, string | object>, file: string, why: string]> = {
  'a spread': [
    { 'jest.config.js': `module.exports = { ...require('./base'), verbose: true }\n` },
    'jest.config.js',
    'a preset or an environment may come with what it spreads',
  ],
  projects: [
    { 'jest.config.js': `module.exports = { projects: ['<rootDir>/packages/*'] }\n` },
    'jest.config.js',
    'it has projects, and each of them its own preset: add it where Kafka is tested',
  ],
  'a call of next/jest': [
    { 'jest.config.js': `const createJestConfig = require('next/jest')()\nmodule.exports = createJestConfig({})\n` },
    'jest.config.js',
    'its config comes out of a call of createJestConfig',
  ],
  'another environment': [
    { 'jest.config.js': `module.exports = { testEnvironment: 'jsdom' }\n` },
    'jest.config.js',
    'its testEnvironment is jsdom: it has to be wrapped',
  ],
  'reporters from elsewhere': [
    { 'jest.config.js': `module.exports = { reporters: process.env.CI ? ['github-actions'] : ['default'] }\n` },
    'jest.config.js',
    'its reporters are not written as one list',
  ],
  'two configs': [
    { 'package.json': { ...manifest, jest: {} }, 'jest.config.js': 'module.exports = {}\n' },
    'package.json',
    'jest.config.js is there too, and Jest takes one config only',
  ],
}

test.for(Object.entries(refused))('%s: the config is left alone', async ([, [files, file, why]]) => {
  using folder = createFolder({ 'package.json': manifest, ...files })
  const before = folder.files()

  const { output, exitCode } = await folder.cli(['init'])

  const { '.gitignore': _, 'tests/kafka.test.js': sample, ...after } = folder.files()
  expect(after).toEqual(before)
  expect(sample).toBeDefined()
  expect(output).toContain(`by hand    ${file}: ${why}`)
  expect(output).toContain(`Add to ${file}:\n\n    preset: 'kafka-testkit'\n`)
  expect(exitCode).toBe(1)
})

test('an environment that was wrapped by hand is taken for done', async () => {
  using folder = createFolder({
    'package.json': manifest,
    'jest.config.js': "module.exports = { testEnvironment: '<rootDir>/test/environment.js' }\n",
    'test/environment.js': `const { withKafka } = require('kafka-testkit/jest/environment')
const { TestEnvironment } = require('jest-environment-jsdom')
module.exports = withKafka(TestEnvironment)
`,
  })

  const { exitCode } = await folder.cli(['init'])

  expect(folder.files()['jest.config.js']).toBe(
    "module.exports = { preset: 'kafka-testkit', testEnvironment: '<rootDir>/test/environment.js' }\n",
  )
  expect(exitCode).toBe(0)
})

test('a globalSetup of its own wins over the preset: what to call there is printed, the rest is done', async () => {
  using folder = createFolder({
    'package.json': manifest,
    'jest.config.js': "module.exports = { globalSetup: './test/start.js' }\n",
    'test/start.js': 'module.exports = async () => {}\n',
  })

  const { output, exitCode } = await folder.cli(['init'])

  expect(folder.files()['jest.config.js']).toBe(
    "module.exports = { preset: 'kafka-testkit', globalSetup: './test/start.js' }\n",
  )
  expect(output).toContain(
    "by hand    test/start.js: as globalSetup it wins over the preset's, which starts and stops a real cluster",
  )
  // CommonJS and ES modules take it alike.
  expect(output).toContain("    const { default: forKafka } = await import('kafka-testkit/jest/global-setup')")
  expect(exitCode).toBe(1)
})

test.for([
  ['CommonJS', {}, {}, 'tests/kafka.test.js', "const { kafka } = require('kafka-testkit/jest')"],
  ['Babel', { '@babel/preset-env': '^7.0.0' }, {}, 'tests/kafka.test.js', "import { kafka } from 'kafka-testkit/jest'"],
  [
    'ts-jest',
    { 'ts-jest': '^29.0.0' },
    { 'tsconfig.json': {} },
    'tests/kafka.test.ts',
    "import { kafka } from 'kafka-testkit/jest'",
  ],
  [
    'tests that say import',
    {},
    { 'test/a.test.js': "import { a } from '../a'\n" },
    'test/kafka.test.js',
    "import { kafka } from 'kafka-testkit/jest'",
  ],
  [
    'tests that say require, though there is TypeScript',
    { typescript: '^5.0.0' },
    { 'test/a.test.js': "const { a } = require('../a')\n" },
    'test/kafka.test.js',
    "const { kafka } = require('kafka-testkit/jest')",
  ],
] as const)('the sample is written as Jest is set up: %s', async ([, more, files, sample, first]) => {
  const devDependencies = { ...manifest.devDependencies, ...more }
  using folder = createFolder({ 'package.json': { ...manifest, devDependencies }, ...files })

  const { output } = await folder.cli(['init'])

  expect(folder.files()[sample]?.split('\n')[0]).toBe(first)
  expect(output).toContain(`npx jest ${sample}`)
})

test.for([
  ['module', 'export default'],
  ['commonjs', 'module.exports ='],
] as const)('where there is no config one is written, in a package of type %s', async ([type, how]) => {
  using folder = createFolder({ 'package.json': { ...manifest, type } })

  await folder.cli(['init'])

  expect(folder.files()['jest.config.js']).toBe(
    `/** @type {import('jest').Config} */\n${how} { preset: 'kafka-testkit' }\n`,
  )
})
