import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProject, type Project, run, runVitest, type VitestResult } from '../support/project.ts'
import { type Block, completeBlocks, isTestFile, isVitestConfig, pages, root, sourceFile } from './blocks.ts'

const blocks = pages.flatMap(completeBlocks)
const testFiles = blocks.filter(isTestFile)
const [config] = blocks.filter(isVitestConfig)

let project: Project
let result: VitestResult

/** Where a block is in the project; readers have their tests beside `src`. */
function fileOf(block: Block): string {
  const source = sourceFile(block)
  if (source !== undefined) return source
  const name = block.place.replaceAll(/\W+/g, '-')
  return `tests/${name}${isTestFile(block) ? '.test' : ''}.ts`
}

/** The module that the first example imports is the order service of fixtures/retail. */
function retailSources(): Record<string, string> {
  const folder = join(root, 'fixtures/retail/src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return Object.fromEntries(files.map((name) => [`src/${name}`, readFileSync(join(folder, name), 'utf8')]))
}

/** That of fixtures/retail, and what NestJS wants. */
function tsconfig(): string {
  const { compilerOptions, ...rest } = JSON.parse(readFileSync(join(root, 'fixtures/retail/tsconfig.json'), 'utf8'))
  return JSON.stringify({ ...rest, compilerOptions: { ...compilerOptions, experimentalDecorators: true } })
}

beforeAll(async () => {
  project = createProject(5, {
    ...retailSources(),
    ...Object.fromEntries(blocks.map((block) => [fileOf(block), block.code])),
    'vitest.config.ts': config?.code ?? '',
    'tsconfig.json': tsconfig(),
  })
  // All examples at once, so it takes longer than a run of any other test where the machine is busy.
  result = await runVitest(project, [], { LOG_LEVEL: 'nothing' }, 240_000)
}, 250_000)
afterAll(() => project[Symbol.dispose]())

test('there are examples to run', () => {
  expect(testFiles.length).toBeGreaterThan(3)
  expect(config).toBeDefined()
})

test.each(testFiles.map((block) => [block.place, block] as const))('the example at %s passes', (_, block) => {
  const tests = result.tests.filter(({ file }) => file.replaceAll('\\', '/').endsWith(fileOf(block)))
  expect(tests.length, result.output).toBeGreaterThan(0)
  expect(tests.filter(({ status }) => status !== 'passed')).toEqual([])
})

test('every example has right types', async () => {
  const { output } = await run(project, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'])
  expect(output).toBe('')
}, 60_000)
