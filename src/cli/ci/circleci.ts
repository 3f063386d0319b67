import { nodeVersion, type Project } from './project.ts'

/** A pipeline of CircleCI. */
export function circleci({ packageManager, lockFile, install, test, inPackages }: Project): string {
  const corepack = `      - run:
          name: Enable ${packageManager}
          command: |
            mkdir -p ~/bin
            corepack enable --install-directory ~/bin
            echo 'export PATH=~/bin:$PATH' >> "$BASH_ENV"
`
  return `# The tests on every change, and every night on real Kafka. Made by: npx kafka-testkit ci circleci
version: 2.1

orbs:
  node: circleci/node@7

commands:
  run-tests:
    steps:
      - checkout
      - node/install:
          node-version: '${nodeVersion}'
${packageManager === 'npm' ? '' : corepack}      - restore_cache:
          keys:
            - ${packageManager}-{{ checksum "${lockFile}" }}
      - run: ${install}
      - save_cache:
          key: ${packageManager}-{{ checksum "${lockFile}" }}
          paths: [${{ npm: '~/.npm', pnpm: '~/.local/share/pnpm/store', yarn: '~/.cache/yarn' }[packageManager]}]
      - run: ${test}
${artifacts(inPackages)}
jobs:
  test:
    docker:
      - image: cimg/base:current
    steps:
      - run-tests
  nightly:
    # A machine: containers of a test are not reached from inside of another container.
    machine:
      image: ubuntu-2404:current
    environment:
      KAFKA_TESTKIT_CLUSTER: testcontainers
    steps:
      - run-tests

workflows:
  change:
    jobs:
      - test
  night:
    triggers:
      - schedule:
          cron: '17 3 * * *'
          filters:
            branches:
              only: [main, master]
    jobs:
      - nightly
`
}

/** CircleCI takes no patterns: the stores of packages are gathered first. */
function artifacts(inPackages: boolean): string {
  if (!inPackages) return '      - store_artifacts:\n          path: .kafka-testkit\n'
  return `      - run:
          name: Gather the histories
          when: always
          command: |
            mkdir -p /tmp/histories
            find . -name .kafka-testkit -not -path '*/node_modules/*' -prune -exec cp -r --parents {} /tmp/histories \\;
      - store_artifacts:
          path: /tmp/histories
          destination: kafka-testkit
`
}
