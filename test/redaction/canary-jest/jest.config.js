module.exports = {
  preset: 'kafka-testkit',
  testMatch: ['**/tests/*.js'],
  transform: {},
  testTimeout: 1500,
  maxWorkers: 2,
  testEnvironmentOptions: { kafka: JSON.parse(process.env.CANARY_CONFIG) },
}
