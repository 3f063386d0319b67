import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/clients/**',
      'test/contract/**',
      'test/kafka/**',
      'test/package/**',
      'test/postgres/**',
      'test/vitest/project/**',
      'test/jest/transforms/**',
      '**/node_modules/**',
    ],
    // Many tests start a runner or a server: an upper bound for a machine that is busy, not what they take.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
