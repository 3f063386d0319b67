module.exports = { displayName: 'swc', preset: 'kafka-testkit', transform: { '\\.ts$': '@swc/jest' } }
