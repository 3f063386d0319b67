// Each folder is a project as users have them; they run together, which takes less time.
module.exports = {
  projects: ['<rootDir>/babel', '<rootDir>/ts-jest', '<rootDir>/swc', '<rootDir>/esm'],
  reporters: ['default', 'kafka-testkit/jest/reporter'],
}
