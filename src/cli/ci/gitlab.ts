import { nodeVersion, type Project } from './project.ts'

/** A pipeline of GitLab. */
export function gitlab({ packageManager, lockFile, install, test, inPackages }: Project): string {
  const prepare = {
    npm: '    - npm config set cache .npm-cache',
    pnpm: '    - corepack enable\n    - pnpm config set store-dir .npm-cache',
    yarn: '    - corepack enable\n    - export YARN_CACHE_FOLDER=.npm-cache',
  }[packageManager]
  return `# The tests on every change, and every night on real Kafka. Made by: npx kafka-testkit ci gitlab
.kafka-test:
  image: node:${nodeVersion}
  cache:
    key:
      files: [${lockFile}]
    paths: [.npm-cache/]
  before_script:
${prepare}
    - ${install}
  script:
    - ${test}
  artifacts:
    name: kafka-testkit-$CI_JOB_ID
    when: always
    paths: ['${inPackages ? '**/' : ''}.kafka-testkit/']
    expire_in: 30 days
  timeout: 45 minutes

test:
  extends: .kafka-test
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
      when: never
    - when: on_success

# Runs when a schedule does: Build > Pipeline schedules, for example "17 3 * * *".
nightly:
  extends: .kafka-test
  services:
    - name: docker:dind
      command: ['--tls=false']
  variables:
    KAFKA_TESTKIT_CLUSTER: testcontainers
    DOCKER_HOST: tcp://docker:2375
    # Empty: Docker is to listen without TLS, inside of the job's own network.
    DOCKER_TLS_CERTDIR: ''
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
`
}
