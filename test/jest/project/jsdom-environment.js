const { TestEnvironment } = require('jest-environment-jsdom')
const { withKafka } = require('kafka-testkit/jest/environment')

module.exports = withKafka(TestEnvironment)
