module.exports = { preset: 'kafka-testkit', testMatch: ['**/crash/*.js'], maxWorkers: 2 }
