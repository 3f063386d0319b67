import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Config } from '../config/config.ts'

const names = ['vitest.config', 'vite.config'].flatMap((name) =>
  ['ts', 'mts', 'js', 'mjs'].map((extension) => `${name}.${extension}`),
)

interface Vite {
  loadConfigFromFile(
    env: { command: 'serve'; mode: string },
    file: string,
    root: string,
  ): Promise<{ config: { plugins?: unknown } } | null>
}

/**
 * The config that the project's tests run with: what its Vitest plugin was given. Without one it is the environment
 * variables that say all.
 *
 * @throws Error when the named file isn't there or can't be loaded.
 */
export async function findConfig(root: string, file?: string, env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const path = file === undefined ? names.map((name) => join(root, name)).find(existsSync) : resolve(root, file)
  if (path === undefined) return fromVariables(env)
  if (!existsSync(path)) throw new Error(`there is no config file ${path}`)
  // The project's own Vite: by way of its Vitest, where a strict package manager hides it.
  const require = createRequire(createRequire(join(root, 'package.json')).resolve('vitest/package.json'))
  const { loadConfigFromFile } = (await import(pathToFileURL(require.resolve('vite')).href)) as Vite
  const loaded = await loadConfigFromFile({ command: 'serve', mode: 'test' }, path, root)
  const plugins = [loaded?.config.plugins].flat(3) as { name?: string; api?: { config?: Config } }[]
  return plugins.find((plugin) => plugin?.name === 'kafka-testkit')?.api?.config ?? fromVariables(env)
}

/** Who names brokers and no cluster means that one. */
function fromVariables(env: NodeJS.ProcessEnv): Config {
  return env.KAFKA_BROKERS === undefined ? {} : { cluster: 'external' }
}
