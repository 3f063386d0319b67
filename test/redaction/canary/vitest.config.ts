import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'
import { canary } from './slots.ts'

export default defineConfig({
  plugins: [
    kafka({
      ...JSON.parse(process.env.CANARY_CONFIG!),
      variables: { password: canary('secret/variable of the config') },
      environments: {
        production: {
          cluster: {
            brokers: 'kafka.example.com:9092',
            sasl: { mechanism: 'plain', username: 'app', password: canary('secret/password of the config') },
          },
        },
      },
    }),
  ],
  test: {
    include: ['tests/*.ts'],
    testTimeout: 1500,
    env: { SASL_PASSWORD: canary('secret/environment variable') },
    reporters: ['default', 'json', 'junit', 'html', 'blob', 'github-actions'],
    outputFile: {
      json: 'reports/report.json',
      junit: 'reports/junit.xml',
      html: 'reports/html/index.html',
      blob: 'reports/blob.json',
    },
  },
})
