// Checked by `tsc`, never run: environments around others, and derived from ours.
import { JestEnvironment } from '@jest/environment'
import KafkaEnvironment, { withKafka } from '../../../src/jest/environment.ts'

class Own extends JestEnvironment {
  readonly own = 1
}
const Wrapped: typeof Own = withKafka(Own)

export class Derived extends Wrapped {
  override async setup(): Promise<void> {
    await super.setup()
    this.global.own = this.own
  }
}

export class DerivedFromOurs extends KafkaEnvironment {}

// @ts-expect-error: not an environment
withKafka(class {})
