export default { displayName: 'esm', preset: 'kafka-testkit', transform: {} }
