module.exports = { preset: 'kafka-testkit', testMatch: ['**/tests/*.js'] }
