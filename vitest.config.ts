import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/clients/**',
      'test/kafka/suite/**',
      'test/package/**',
      'test/postgres/**',
      'test/vitest/project/**',
      'test/jest/transforms/**',
      '**/node_modules/**',
    ],
    testTimeout: 20_000,
  },
})
