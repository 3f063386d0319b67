module.exports = { displayName: 'babel', preset: 'kafka-testkit', testEnvironmentOptions: { kafka: { timeout: 2000 } } }
