module.exports = {
  preset: 'kafka-testkit',
  testMatch: ['**/tests/*.js'],
  testEnvironmentOptions: { kafka: { variables: { tenant: 'a' }, env: ['KAFKA_BOOTSTRAP_SERVERS'] } },
}
