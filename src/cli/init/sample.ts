import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob } from 'node:path'
import { testFiles, usesTypeScript } from './language.ts'
import type { Step } from './plan.ts'
import { installedVersion, type Runner, wantedBy } from './runner.ts'
import type { Target } from './workspace.ts'

/** Where a runner looks for tests, as far as its config says. Paths are relative to the package, with `/`. */
export interface TestPlaces {
  folders: readonly string[]
  /** A test matches one of them. */
  globs?: readonly string[] | undefined
  regexes?: readonly RegExp[] | undefined
}

export const everywhere: TestPlaces = { folders: ['.'] }

/** One test that passes at once, where the runner finds it; none where tests of Kafka code are there. */
export function planSample(target: Target, runner: Runner, places: TestPlaces): Step {
  const tests = testFiles(target)
  const there = tests.find((file) =>
    readFileSync(join(target.folder, file), 'utf8').includes(`kafka-testkit/${runner}`),
  )
  if (there !== undefined)
    return { kind: 'already', path: join(target.folder, there), what: 'a test that uses kafka-testkit' }
  const { extension, text } = runner === 'vitest' ? vitestSample(target) : jestSample(target, tests)
  const file = candidates(target, tests, places, extension).find(
    (path) => !existsSync(join(target.folder, path)) && isFound(path, places),
  )
  if (file !== undefined) {
    return {
      kind: 'change',
      path: join(target.folder, file),
      before: null,
      after: text,
      what: 'a test that passes at once',
    }
  }
  return {
    kind: 'by hand',
    path: join(target.folder, 'a test file'),
    why: `the config has tests in places of its own: ${[...(places.globs ?? []), ...(places.regexes ?? [])].join(', ')}`,
    lines: text,
  }
}

function isFound(path: string, { folders, globs, regexes }: TestPlaces): boolean {
  return (
    folders.some((folder) => folder === '.' || path.startsWith(`${folder}/`)) &&
    (globs === undefined || globs.some((glob) => matchesGlob(path, glob.replace(/^\.\//, '')))) &&
    (regexes === undefined || regexes.some((regex) => regex.test(`/${path}`)))
  )
}

/** Paths for the sample, those that go best with the tests that are there first. */
function candidates(target: Target, tests: readonly string[], places: TestPlaces, extension: string): string[] {
  const usual = ['tests', 'test', '__tests__', 'src/__tests__']
  const existing = usual.filter((folder) => existsSync(join(target.folder, folder)))
  const inside = ['tests', 'test', '__tests__', '.'].flatMap((name) =>
    places.folders.map((folder) => join(folder, name)),
  )
  const folders = [...existing, ...tests.map(dirname), ...inside, 'src'].map((folder) => folder.replaceAll('\\', '/'))
  const specs = tests.filter((file) => file.includes('.spec.')).length
  const suffixes = specs * 2 > tests.length ? ['spec', 'test'] : ['test', 'spec']
  return suffixes.flatMap((suffix) =>
    [...new Set(folders)].flatMap((folder) =>
      ['kafka', 'kafka-testkit'].map((name) => join(folder, `${name}.${suffix}.${extension}`).replaceAll('\\', '/')),
    ),
  )
}

interface Sample {
  extension: string
  text: string
}

function vitestSample(target: Target): Sample {
  const text = sampleTest("import { expect, test } from 'kafka-testkit/vitest'", '{ kafka }')
  return { extension: usesTypeScript(target) ? 'ts' : 'js', text }
}

/** In the language and with the modules that Jest is set up for. */
function jestSample(target: Target, tests: readonly string[]): Sample {
  const has = (name: string): boolean => wantedBy(target, name) !== undefined
  const compiler = ['ts-jest', '@swc/jest', '@babel/preset-typescript'].some(has)
  const typed = tests.length > 0 ? tests.some((file) => /\.tsx?$/.test(file)) : compiler && usesTypeScript(target)
  const globals = installedVersion('@types/jest', target.folder) ?? wantedBy(target, '@types/jest')
  const importsGlobals = globals === undefined && installedVersion('@jest/globals', target.folder) !== undefined
  if (typed || usesImport(target, tests, has)) {
    const first = importsGlobals ? "import { expect, test } from '@jest/globals'\n" : ''
    return {
      extension: typed ? 'ts' : 'js',
      text: sampleTest(`${first}import { kafka } from 'kafka-testkit/jest'`, ''),
    }
  }
  return { extension: 'js', text: sampleTest("const { kafka } = require('kafka-testkit/jest')", '') }
}

/** Whether a test may say `import`: it is compiled, or Jest runs ES modules. */
function usesImport(target: Target, tests: readonly string[], has: (name: string) => boolean): boolean {
  const { folder, manifest } = target
  const [first] = tests
  if (first !== undefined) return /^import\b/m.test(readFileSync(join(folder, first), 'utf8'))
  const modules = manifest.type === 'module' && scriptForModules(target) !== undefined
  return has('@babel/preset-env') || has('@swc/jest') || modules
}

/** The script by which the package has Jest run ES modules. */
export function scriptForModules({ manifest }: Target): string | undefined {
  return Object.entries(manifest.scripts ?? {}).find(([, script]) =>
    /experimental-vm-modules\b.*jest/.test(script),
  )?.[0]
}

function sampleTest(imports: string, fixture: string): string {
  return `${imports}

// Your application finds the broker in process.env.KAFKA_BROKERS, or you give it kafka.brokers.
test('a record is received', async (${fixture}) => {
  await kafka.topic('greetings').produce({ key: 'en', value: { text: 'hello' } })

  await expect(kafka.topic('greetings')).toReceiveRecord({ key: 'en', value: { text: /^hel/ } })
})
`
}
