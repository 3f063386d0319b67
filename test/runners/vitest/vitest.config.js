import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [kafka({ variables: { tenant: 'a' }, env: ['KAFKA_BOOTSTRAP_SERVERS'] })],
  test: { include: ['tests/*.js'] },
})
