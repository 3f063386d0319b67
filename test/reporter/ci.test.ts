import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readCi } from '../../src/reporter/ci.ts'

const folder = mkdtempSync(join(tmpdir(), 'kafka-testkit-ci-'))
const event = join(folder, 'event.json')
writeFileSync(event, JSON.stringify({ pull_request: { number: 7, base: { ref: 'main' } } }))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const services = {
  'GitHub Actions, a pull request': {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: event,
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_HEAD_REF: 'stock',
    GITHUB_SHA: 'c0ffee',
    GITHUB_RUN_ID: '1658821493',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_JOB: 'test',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/shop',
  },
  'GitLab, one of three': {
    GITLAB_CI: 'true',
    CI_COMMIT_SHA: 'c0ffee',
    CI_COMMIT_REF_NAME: 'main',
    CI_PIPELINE_ID: '1001',
    CI_PROJECT_URL: 'https://gitlab-ci-token:hunter2@gitlab.example/acme/shop',
    CI_JOB_NAME: 'test 2/3',
    CI_NODE_INDEX: '2',
    CI_NODE_TOTAL: '3',
  },
  'GitLab, a matrix, of which each job runs all tests': {
    GITLAB_CI: 'true',
    CI_PIPELINE_ID: '1001',
    CI_MERGE_REQUEST_ID: '9',
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'stock',
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    CI_JOB_NAME: 'test: [24]',
    CI_NODE_INDEX: '2',
    CI_NODE_TOTAL: '3',
  },
  'CircleCI, one of two': {
    CIRCLECI: 'true',
    CIRCLE_BUILD_NUM: '12',
    CIRCLE_WORKFLOW_ID: 'wf-1',
    CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/shop/12?token=hunter2',
    CIRCLE_JOB: 'test',
    CIRCLE_SHA1: 'c0ffee',
    CIRCLE_BRANCH: 'main',
    CIRCLE_NODE_INDEX: '0',
    CIRCLE_NODE_TOTAL: '2',
  },
  'Jenkins, a pull request': {
    JENKINS_URL: 'https://jenkins.example',
    BUILD_NUMBER: '33',
    BUILD_URL: 'https://admin:hunter2@jenkins.example/job/shop/33/',
    JOB_NAME: 'shop',
    GIT_COMMIT: 'c0ffee',
    BRANCH_NAME: 'PR-5',
    CHANGE_ID: '5',
  },
  'Buildkite, tried again': {
    BUILDKITE: 'true',
    BUILDKITE_BUILD_NUMBER: '4',
    BUILDKITE_BUILD_URL: 'https://buildkite.com/acme/shop/builds/4',
    BUILDKITE_COMMIT: 'c0ffee',
    BUILDKITE_BRANCH: 'main',
    BUILDKITE_PULL_REQUEST: 'false',
    BUILDKITE_REPO: 'git@github.com:acme/shop.git',
    BUILDKITE_LABEL: 'test',
    BUILDKITE_RETRY_COUNT: '1',
    BUILDKITE_PARALLEL_JOB: '1',
    BUILDKITE_PARALLEL_JOB_COUNT: '2',
  },
  'Azure Pipelines, one of four': {
    BUILD_BUILDURI: 'vstfs:///Build/Build/430',
    BUILD_BUILDID: '430',
    BUILD_BUILDNUMBER: '20261125.3',
    BUILD_SOURCEVERSION: 'c0ffee',
    BUILD_SOURCEBRANCH: 'refs/heads/main',
    SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
    SYSTEM_TEAMPROJECT: 'the shop',
    SYSTEM_JOBNAME: 'test',
    SYSTEM_JOBATTEMPT: '1',
    SYSTEM_PARALLELEXECUTIONTYPE: 'MultiMachine',
    SYSTEM_JOBPOSITIONINPHASE: '4',
    SYSTEM_TOTALJOBSINPHASE: '4',
  },
}

test.each(Object.entries(services))('%s', async (_, env) => {
  const facts = await readCi(process.cwd(), env as NodeJS.ProcessEnv)
  expect(JSON.stringify(facts)).not.toContain('hunter2')
  expect(facts).toMatchSnapshot()
})
