import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createJestProject, type JestVersion, runJest } from '../support/jest.ts'
import { run } from '../support/project.ts'

/** Projects as people have them, each run by a real Jest after `init`. */
const projects: Record<string, [version: JestVersion, manifest: object, files: Record<string, string>]> = {
  'nothing but Jest 30': [30, {}, {}],
  'nothing but Jest 29': [29, {}, {}],
  'an ES module package': [30, { type: 'module' }, {}],
  'the key in package.json': [30, { jest: { testEnvironment: 'node', reporters: ['default'] } }, {}],
  'TypeScript by SWC': [
    30,
    { devDependencies: { '@swc/jest': '*', typescript: '*' } },
    { 'jest.config.js': "module.exports = { transform: { '\\\\.ts$': '@swc/jest' } }\n", 'tsconfig.json': '{}' },
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

test.for(Object.entries(projects))(
  'the sample passes at once: %s',
  { timeout: 60_000 },
  async ([, [version, manifest, files]]) => {
    using project = createJestProject(version, files)
    writeFileSync(join(project.folder, 'package.json'), JSON.stringify({ name: 'project', ...manifest }))

    const set = await run(project, ['node_modules/kafka-testkit/dist/cli/main.js', 'init', '--runner', 'jest'])
    const { tests, lines, output } = await runJest(project)

    expect(set.exitCode, set.output).toBe(0)
    expect(tests, output).toEqual([expect.objectContaining({ name: 'a record is received', status: 'passed' })])
    // Environment, matchers and reporter took effect: the check is in the store.
    expect(lines.some((line) => line.type === 'check' && line.verdict === 'passed')).toBe(true)
  },
)
