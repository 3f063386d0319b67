import { expectTypeOf } from 'vitest'
import type { z } from 'zod'
import type { Line } from '../../src/run/model.ts'
import type { lineSchema } from '../../src/run/schema.ts'

// `lineSchema` is declared as a schema of Line, which proves one direction; that its output is no wider is the other.
expectTypeOf<z.infer<typeof lineSchema>>().toEqualTypeOf<Line>()
