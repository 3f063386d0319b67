import { afterAll, beforeAll, expect, test } from 'vitest'
import { createJestProject, type JestProject, runJest } from '../support/jest.ts'
import type { RunnerResult } from '../support/project.ts'
import { completeBlocks, isJestTestFile, pages } from './blocks.ts'

const testFiles = pages
  .flatMap(completeBlocks)
  .filter(isJestTestFile)
  .map((block) => [block.place, block.code] as const)

let project: JestProject
let result: RunnerResult

function fileOf(place: string): string {
  return `${place.replaceAll(/\W+/g, '-')}.test.ts`
}

beforeAll(async () => {
  project = createJestProject(30, {
    ...Object.fromEntries(testFiles.map(([place, code]) => [fileOf(place), code])),
    'jest.config.js': `module.exports = { preset: 'kafka-testkit', transform: { '\\\\.ts$': '@swc/jest' } }`,
  })
  result = await runJest(project)
}, 100_000)
afterAll(() => project[Symbol.dispose]())

test.each(testFiles)('the example for Jest at %s passes', (place) => {
  const tests = result.tests.filter(({ file }) => file.replaceAll('\\', '/').endsWith(fileOf(place)))
  expect(tests.length, result.output).toBeGreaterThan(0)
  expect(tests.filter(({ status }) => status !== 'passed')).toEqual([])
})
