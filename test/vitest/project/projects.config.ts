import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['one', 'two'].map((name) => ({
      plugins: [kafka()],
      test: { name, include: ['tests/attempts.ts', 'tests/no-kafka.ts'] },
    })),
  },
})
