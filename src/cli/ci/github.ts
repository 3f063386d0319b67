import { nodeVersion, type Project } from './project.ts'

/** A workflow of GitHub Actions. */
export function github(project: Project): string {
  return `# The tests on every change, and every night on real Kafka. Made by: npx kafka-testkit ci github
name: kafka

on:
  push:
    branches: [main, master]
  pull_request:
  schedule:
    - cron: '17 3 * * *'
  workflow_dispatch:

permissions:
  contents: read

jobs:
  test:
    if: github.event_name == 'push' || github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
${steps(project, 'kafka-testkit')}
  nightly:
    if: github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'
    runs-on: ubuntu-latest
    timeout-minutes: 45
    env:
      KAFKA_TESTKIT_CLUSTER: testcontainers
    steps:
${steps(project, 'kafka-testkit-nightly')}`
}

function steps(project: Project, artifact: string): string {
  const { packageManager, pinsPackageManager, hasLockFile, install, test, inPackages } = project
  const manager = {
    npm: '',
    // The version is the one that package.json names, where it does.
    pnpm: `      - uses: pnpm/action-setup@v4\n${pinsPackageManager ? '' : '        with:\n          version: latest\n'}`,
    yarn: '      - run: corepack enable\n',
  }[packageManager]
  // The action fails where it has a cache to key and no lock file.
  const cache = hasLockFile ? `          cache: ${packageManager}\n` : ''
  const path = inPackages ? '|\n            **/.kafka-testkit\n            !**/node_modules/**' : '.kafka-testkit'
  return `      - uses: actions/checkout@v5
${manager}      - uses: actions/setup-node@v5
        with:
          node-version: ${nodeVersion}
${cache}      - run: ${install}
      - run: ${test}
      - name: Keep the history of the run
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: ${artifact}
          path: ${path}
          # Its name begins with a dot.
          include-hidden-files: true
          if-no-files-found: warn
          retention-days: 30
`
}
