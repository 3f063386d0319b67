import { join } from 'node:path'
import type { ObjectExpression } from '@babel/types'
import { isObject, setting, texts } from './ast.ts'
import { NotPlain } from './exported.ts'
import { usesTypeScript } from './language.ts'
import { readText, type Step } from './plan.ts'
import { configFiles, installedVersion, wantedBy } from './runner.ts'
import { everywhere, type TestPlaces } from './sample.ts'
import { ConfigSource } from './source.ts'
import type { Target } from './workspace.ts'

const pluginModule = 'kafka-testkit/vitest/config'
const plain = {
  'vitest/config': ['defineConfig', 'defineProject', 'mergeConfig'],
  vite: ['defineConfig', 'mergeConfig'],
}

/** Adds the plugin to the config of Vitest, or writes one. */
export function planVitest(target: Target): { steps: Step[]; places: TestPlaces } {
  const [path] = configFiles('vitest', target)
  if (path === undefined) return { steps: [newConfig(target)], places: everywhere }
  const before = readText(path)!
  try {
    const source = ConfigSource.module(before, path, plain)
    const test = setting(source.config, 'test')
    const places = { folders: ['.'], globs: isObject(test) ? texts(test, 'include') : undefined }
    const changed = addPlugin(source, inlineProjectsExtend(target))
    const step: Step = changed
      ? { kind: 'change', path, before, after: source.toString(), what: 'the plugin kafka()' }
      : { kind: 'already', path, what: 'the plugin is there' }
    return { steps: [step], places }
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error
    // Whoever calls it by itself has done what is to be done by hand.
    const step: Step = before.includes(pluginModule)
      ? { kind: 'already', path, what: 'the plugin is there' }
      : { kind: 'by hand', path, why: error.message, lines: byHand }
    return { steps: [step], places: everywhere }
  }
}

const byHand = `import kafka from '${pluginModule}'

plugins: [kafka()]`

/** @throws NotPlain when it can't be sure that the plugin takes effect and nothing else changes. */
function addPlugin(source: ConfigSource, inlineExtend: boolean): boolean {
  const imported = source.importedAs(pluginModule)
  if (imported !== undefined && source.calls(imported)) return false
  const { config } = source
  const plugins = setting(config, 'plugins')
  refuseProjects(config, inlineExtend)
  if (plugins === undefined && config.properties.some(({ type }) => type !== 'ObjectProperty')) {
    throw new NotPlain('its plugins may come with what it spreads')
  }
  if (plugins !== undefined && plugins.type !== 'ArrayExpression') {
    throw new NotPlain('its plugins are not written as one list')
  }
  const name = imported ?? source.addImport(pluginModule, 'kafka', 'kafkaTestkit')
  if (plugins === undefined) source.addProperty(config, 'plugins', `[${name}()]`)
  else source.addElement(plugins, `${name}()`)
  return true
}

/** A project takes the plugins of the root where it says `extends: true`; in Vitest 5 also where it says nothing. */
function refuseProjects(config: ObjectExpression, inlineExtend: boolean): void {
  const test = setting(config, 'test')
  const projects = isObject(test) ? setting(test, 'projects') : undefined
  if (projects === undefined) return
  const extending =
    projects.type === 'ArrayExpression' &&
    projects.elements.every((one) => {
      if (!isObject(one) || one.properties.some(({ type }) => type !== 'ObjectProperty')) return false
      const extended = setting(one, 'extends')
      return extended === undefined ? inlineExtend : extended.type === 'BooleanLiteral' && extended.value
    })
  if (extending) return
  throw new NotPlain('it has projects, and each of them its own plugins: add them where Kafka is tested')
}

function inlineProjectsExtend(target: Target): boolean {
  const version = installedVersion('vitest', target.folder) ?? wantedBy(target, 'vitest')
  return Number(/\d+/.exec(version ?? '')?.[0] ?? 0) >= 5
}

function newConfig(target: Target): Step {
  // A plugin is ESM: in a package of CommonJS that is a matter of the name.
  const module = target.manifest.type === 'module' ? '' : 'm'
  const path = join(target.folder, `vitest.config.${module}${usesTypeScript(target) ? 'ts' : 'js'}`)
  const after = `import kafka from '${pluginModule}'
import { defineConfig } from 'vitest/config'

export default defineConfig({ plugins: [kafka()] })
`
  return { kind: 'change', path, before: null, after, what: 'a config with the plugin kafka()' }
}
