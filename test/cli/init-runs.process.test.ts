import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { createJestProject, type JestVersion } from '../support/jest.ts'
import { createProject, type ProjectFolder, readStore, run } from '../support/project.ts'

type Files = Record<string, string>
const scripts = { test: 'node --experimental-vm-modules node_modules/jest/bin/jest.js' }
const tsJest = { 'ts-jest': '*', typescript: '*' }
/** As `tsc --init` has written it for years, and for ES modules. */
const [tsconfig, esmTsconfig] = [
  {
    compilerOptions: { target: 'es2020', module: 'commonjs', esModuleInterop: true, strict: true, skipLibCheck: true },
  },
  { compilerOptions: { target: 'es2022', module: 'nodenext', strict: true, skipLibCheck: true } },
].map((config) => JSON.stringify(config)) as [string, string]

/** Projects as people have them: each combination of Jest, module system and transform that `init` tells apart. */
const jestProjects: Record<string, [version: JestVersion, manifest: object, files: Files]> = {
  'nothing but Jest 30': [30, {}, {}],
  'nothing but Jest 29': [29, {}, {}],
  'an ES module package, compiled by Babel': [30, { type: 'module' }, {}],
  'native ES modules, by the script': [
    30,
    { type: 'module', scripts },
    { 'jest.config.js': 'export default { transform: {} }\n' },
  ],
  'native ES modules, without a script': [
    30,
    { type: 'module' },
    { 'jest.config.js': 'export default { transform: {} }\n' },
  ],
  'native ES modules on Jest 29': [
    29,
    { type: 'module', scripts },
    { 'jest.config.js': 'export default { transform: {} }\n' },
  ],
  'the key in package.json': [30, { jest: { testEnvironment: 'node', reporters: ['default'] } }, {}],
  'TypeScript by SWC': [
    30,
    { devDependencies: { '@swc/jest': '*', typescript: '*' } },
    { 'jest.config.js': "module.exports = { transform: { '\\\\.ts$': '@swc/jest' } }\n", 'tsconfig.json': '{}' },
  ],
  'TypeScript by the preset of ts-jest': [
    30,
    { devDependencies: tsJest },
    {
      'jest.config.js': "module.exports = { preset: 'ts-jest', testEnvironment: 'node' }\n",
      'tsconfig.json': tsconfig,
    },
  ],
  'TypeScript by the preset of ts-jest, Jest 29': [
    29,
    { devDependencies: tsJest },
    { 'jest.config.js': "module.exports = { preset: 'ts-jest' }\n", 'tsconfig.json': tsconfig },
  ],
  'TypeScript by the transform of ts-jest, in a package of ES modules': [
    30,
    { type: 'module', devDependencies: tsJest },
    { 'jest.config.js': "export default { transform: { '^.+\\\\.ts$': 'ts-jest' } }\n", 'tsconfig.json': tsconfig },
  ],
  'TypeScript as ES modules by ts-jest, by the script': [
    30,
    { type: 'module', scripts, devDependencies: tsJest },
    { 'jest.config.js': "export default { preset: 'ts-jest/presets/default-esm' }\n", 'tsconfig.json': esmTsconfig },
  ],
  'TypeScript as ES modules by ts-jest, without a script': [
    30,
    { type: 'module', devDependencies: tsJest },
    {
      'jest.config.js':
        "export default { extensionsToTreatAsEsm: ['.ts'], transform: { '^.+\\\\.ts$': ['ts-jest', { useESM: true }] } }\n",
      'tsconfig.json': esmTsconfig,
    },
  ],
  'JavaScript tests in a TypeScript project': [
    30,
    { devDependencies: { typescript: '*' } },
    { 'tsconfig.json': tsconfig, 'tests/other.test.js': "test('other', () => {})\n" },
  ],
  'another preset': [
    29,
    {},
    {
      'jest.config.js': "module.exports = { preset: './presets/own/jest-preset.json' }\n",
      'presets/own/jest-preset.json': JSON.stringify({ clearMocks: true, testEnvironment: 'node' }),
    },
  ],
}

const vitestProjects: Record<string, [manifest: object, files: Files]> = {
  'nothing but Vitest': [{}, {}],
  'an ES module package': [{ type: 'module' }, { 'vitest.config.js': 'export default { test: { globals: true } }\n' }],
  'a CommonJS package with TypeScript': [{}, { 'vitest.config.ts': 'export default {}\n', 'tsconfig.json': tsconfig }],
  'a config as .mts': [
    { type: 'commonjs' },
    { 'vitest.config.mts': 'export default {}\n', 'tsconfig.json': esmTsconfig },
  ],
}

/** Runs `init`, and then what it printed as next, as it stands there. */
async function initAndRun(project: ProjectFolder, runner: 'jest' | 'vitest', manifest: object): Promise<void> {
  writeFileSync(join(project.folder, 'package.json'), JSON.stringify({ name: 'project', ...manifest }))
  const bin = join(project.folder, 'node_modules/.bin')
  mkdirSync(bin)
  symlinkSync(join('..', runner, runner === 'jest' ? 'bin/jest.js' : 'vitest.mjs'), join(bin, runner))
  const set = await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', 'init', '--runner', runner])
  expect(set.exitCode, set.output).toBe(0)
  const command = stripVTControlCharacters(set.output).split('Next:')[1]!.trim()
  expect(command.split('\n'), set.output).toHaveLength(1)
  const { NODE_OPTIONS: _, VITEST: __, VITEST_MODE: ___, NODE_ENV: ____, ...env } = process.env
  const PATH = `${dirname(process.execPath)}:${env.PATH}`
  const options = { cwd: project.folder, env: { ...env, PATH, NO_COLOR: '1', CI: '' } }
  const ended = await promisify(execFile)('sh', ['-c', command], options).catch((error) => error)
  const output = `${set.output}\n$ ${command}\n${ended.stdout}${ended.stderr}`
  expect(ended.code ?? 0, output).toBe(0)
  // Environment, matchers and reporter took effect: the check is in the store.
  const lines = readStore(project)
  expect(
    lines.filter((line) => line.type === 'test').map(({ name, status }) => [name, status]),
    output,
  ).toContainEqual(['a record is received', 'passed'])
  expect(lines.some((line) => line.type === 'check' && line.verdict === 'passed')).toBe(true)
}

test.for(Object.entries(jestProjects))(
  'Jest: what init wrote passes by the command that it printed: %s',
  { timeout: 120_000 },
  async ([, [version, manifest, files]]) => {
    using project = createJestProject(version, files)
    await initAndRun(project, 'jest', manifest)
  },
)

test.for(Object.entries(vitestProjects))(
  'Vitest: what init wrote passes by the command that it printed: %s',
  { timeout: 120_000 },
  async ([, [manifest, files]]) => {
    using project = createProject(5, files)
    await initAndRun(project, 'vitest', manifest)
  },
)
