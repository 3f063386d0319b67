// The one file that Vitest runs again for each test file, also with `isolate: false` (the plugin has it inlined); all
// that it calls is loaded once a worker.
import { afterAll, beforeEach, expect, inject } from 'vitest'
import { setUpFile } from './file.ts'

await setUpFile(inject('kafka-testkit'), { afterAll, beforeEach, path: expect.getState().testPath ?? '' })
