module.exports = { displayName: 'ts-jest', preset: 'kafka-testkit', transform: { '\\.ts$': 'ts-jest' } }
