import { dirname, join, relative } from 'node:path'
import type { ObjectExpression } from '@babel/types'
import { setting, texts } from './ast.ts'
import { NotPlain } from './exported.ts'
import { readText, type Step } from './plan.ts'
import { configFiles } from './runner.ts'
import { everywhere, type TestPlaces } from './sample.ts'
import { ConfigSource } from './source.ts'
import type { Target } from './workspace.ts'

const preset = 'kafka-testkit'
const environment = 'kafka-testkit/jest/environment'
const setup = 'kafka-testkit/jest/setup'
const reporter = 'kafka-testkit/jest/reporter'
/** What starts a real cluster for the run, and stops it. */
const globals = { globalSetup: 'kafka-testkit/jest/global-setup', globalTeardown: 'kafka-testkit/jest/global-teardown' }
const plain = { jest: ['defineConfig'] }

/** Adds the preset to the config of Jest, or its parts where another preset is there, or writes a config. */
export function planJest(target: Target): { steps: Step[]; places: TestPlaces } {
  const inManifest = target.manifest.jest
  const named = typeof inManifest === 'string' ? [join(target.folder, inManifest)] : []
  const files = [...named, ...configFiles('jest', target)]
  const path = typeof inManifest === 'object' ? join(target.folder, 'package.json') : files[0]
  if (path === undefined) return { steps: [newConfig(target)], places: everywhere }
  const before = readText(path)
  if (before === null) throw new Error(`package.json names ${path} as Jest's config, which is not there`)
  try {
    if (typeof inManifest === 'object' && files.length > 0) {
      throw new NotPlain(`${relative(target.folder, files[0]!)} is there too, and Jest takes one config only`)
    }
    const source = path.endsWith('.json')
      ? ConfigSource.json(before, typeof inManifest === 'object' ? 'jest' : undefined)
      : ConfigSource.module(before, path, plain)
    const places = placesOf(source.config, relative(target.folder, dirname(path)))
    const what = addPreset(source, target)
    const step: Step =
      what === undefined
        ? { kind: 'already', path, what: 'kafka-testkit is in it' }
        : { kind: 'change', path, before, after: source.toString(), what }
    return { steps: [step, ...ownGlobals(source.config, target)], places }
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error
    const step: Step = /['"]kafka-testkit(\/jest\/\w+)?['"](?!\s*:)/.test(before)
      ? { kind: 'already', path, what: 'kafka-testkit is in it' }
      : { kind: 'by hand', path, why: error.message, lines: byHand }
    return { steps: [step], places: everywhere }
  }
}

const byHand = `preset: '${preset}'

Or, where there is another preset, its parts:

testEnvironment: '${environment}'
setupFilesAfterEnv: ['${setup}']
reporters: ['default', '${reporter}']
globalSetup: '${globals.globalSetup}'
globalTeardown: '${globals.globalTeardown}'

Another environment is wrapped, in a file that testEnvironment names:

const { withKafka } = require('${environment}')
const { TestEnvironment } = require('jest-environment-jsdom')
module.exports = withKafka(TestEnvironment)`

/**
 * @returns what was added, nothing where all is there.
 * @throws NotPlain when it can't be sure that the preset takes effect and nothing else changes.
 */
function addPreset(source: ConfigSource, target: Target): string | undefined {
  const { config } = source
  if (config.properties.some(({ type }) => type !== 'ObjectProperty')) {
    throw new NotPlain('a preset or an environment may come with what it spreads')
  }
  if (setting(config, 'projects')) {
    throw new NotPlain('it has projects, and each of them its own preset: add it where Kafka is tested')
  }
  const own = setting(config, 'preset')
  const other = own !== undefined && texts(config, 'preset')?.[0] !== preset
  const added = [
    addEnvironment(source, other, target),
    other ? addToList(source, 'setupFilesAfterEnv', [setup]) : undefined,
    // Reporters that the config names win over the preset's.
    ...(other ? addGlobals(source) : []),
    other || setting(config, 'reporters') ? addToList(source, 'reporters', ['default', reporter]) : undefined,
  ]
  if (own === undefined) {
    source.addProperty(config, 'preset', source.quote(preset))
    added.unshift(`preset: '${preset}'`)
  }
  return added.filter((one) => one !== undefined).join(', ') || undefined
}

/** An environment that the config names wins over the preset's. */
function addEnvironment(source: ConfigSource, otherPreset: boolean, { folder }: Target): string | undefined {
  const named = setting(source.config, 'testEnvironment')
  const [name] = texts(source.config, 'testEnvironment') ?? []
  if (name === environment || (named === undefined && !otherPreset)) return undefined
  // A file that wraps it, as the lines to add by hand say.
  if (name !== undefined && readText(join(folder, clean(name)))?.includes(environment)) return undefined
  if (named === undefined) {
    source.addProperty(source.config, 'testEnvironment', source.quote(environment))
  } else if (name === 'node' || name === 'jest-environment-node') {
    source.replace(named, source.quote(environment))
  } else {
    throw new NotPlain(
      `its testEnvironment ${name === undefined ? 'is not written as text' : `is ${name}`}: it has to be wrapped`,
    )
  }
  return `testEnvironment: '${environment}'`
}

function addGlobals(source: ConfigSource): string[] {
  return Object.entries(globals).flatMap(([name, value]) => {
    if (setting(source.config, name) !== undefined) return []
    source.addProperty(source.config, name, source.quote(value))
    return `${name}: '${value}'`
  })
}

/** What the config runs before and after all tests wins over the preset's, which a real cluster needs. */
function ownGlobals(config: ObjectExpression, { folder }: Target): Step[] {
  return Object.entries(globals).flatMap(([name, value]): Step[] => {
    const own = setting(config, name)
    const [file] = texts(config, name) ?? []
    if (own === undefined || file === value) return []
    const path = join(folder, clean(file ?? name))
    if (readText(path)?.includes(value)) return []
    const why = `as ${name} it wins over the preset's, which starts and stops a real cluster`
    return [
      {
        kind: 'by hand',
        path,
        why,
        // So in CommonJS and in ES modules alike.
        lines: `// Inside of its function, with what that is given itself:\nconst { default: forKafka } = await import('${value}')\nawait forKafka(...args)`,
      },
    ]
  })
}

/** Puts the last of the elements into a list, or writes the list with all of them. */
function addToList(source: ConfigSource, name: string, elements: readonly string[]): string | undefined {
  const element = elements.at(-1)!
  const list = setting(source.config, name)
  if (list === undefined) {
    source.addProperty(source.config, name, `[${elements.map((one) => source.quote(one)).join(', ')}]`)
    return `${name}: '${element}'`
  }
  if (list.type !== 'ArrayExpression') throw new NotPlain(`its ${name} are not written as one list`)
  const there = list.elements.some((one) => {
    const first = one?.type === 'ArrayExpression' ? one.elements[0] : one
    return first?.type === 'StringLiteral' && first.value === element
  })
  if (there) return undefined
  source.addElement(list, source.quote(element))
  return `${name}: '${element}'`
}

/** Where Jest looks for tests. What can't be read here restricts nothing. */
function placesOf(config: ObjectExpression, folder: string): TestPlaces {
  const [rootDir = '.'] = texts(config, 'rootDir') ?? []
  const inRoot = (path: string): string => join(folder, rootDir, clean(path)).replaceAll('\\', '/')
  const globs = texts(config, 'testMatch')?.map((glob) => (glob.startsWith('**') ? glob : inRoot(glob)))
  const regexes = texts(config, 'testRegex')?.map((regex) => new RegExp(regex))
  return {
    folders: (texts(config, 'roots') ?? ['.']).map(inRoot),
    globs,
    regexes,
  }
}

function clean(path: string): string {
  return path.replace(/^<rootDir>\/?/, '').replace(/^\.\/|\/$/g, '')
}

function newConfig(target: Target): Step {
  const esm = target.manifest.type === 'module'
  const after = `/** @type {import('jest').Config} */
${esm ? 'export default' : 'module.exports ='} { preset: '${preset}' }
`
  const path = join(target.folder, 'jest.config.js')
  return { kind: 'change', path, before: null, after, what: `a config with preset: '${preset}'` }
}
