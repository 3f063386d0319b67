// Runs in the sandbox, once `expect` is there (`setupFilesAfterEnv` of the preset). A file whose environment is another
// one has no Kafka, which is none of its troubles.
import { expect } from '@jest/globals'
import { findHandle } from './handle.ts'

const handle = findHandle()
if (handle !== undefined) expect.extend(handle.matchers)
