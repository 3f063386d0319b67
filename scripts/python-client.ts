import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** librdkafka comes inside the wheel. */
export const confluentKafkaVersion = '2.16.1'
export const venvFolder: string = fileURLToPath(new URL('../.cache/python', import.meta.url))
export const venvPython: string =
  process.platform === 'win32' ? join(venvFolder, 'Scripts', 'python.exe') : join(venvFolder, 'bin', 'python')
