import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import versions from '../test/clients/versions.json' with { type: 'json' }

/** The packages of the Python clients that are tested; librdkafka comes inside the wheel of confluent-kafka. */
export const pythonClients: Readonly<Record<string, string>> = {
  ...versions.python,
  // No client: it reads our JUnit.
  junitparser: '5.0.3',
}
export const venvFolder: string = fileURLToPath(new URL('../.cache/python', import.meta.url))
export const venvPython: string =
  process.platform === 'win32' ? join(venvFolder, 'Scripts', 'python.exe') : join(venvFolder, 'bin', 'python')
