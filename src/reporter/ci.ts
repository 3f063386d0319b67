import ci from 'ci-info'
import type { RunLine } from '../run/model.ts'

/** What the CI system says of a run. */
export interface CiFacts {
  ci: NonNullable<RunLine['ci']>
  branch: string | null
  commit: string | null
  /** Which of several machines this is, where the CI system itself deals out the tests. */
  shard: RunLine['shard']
}

type Variables = Readonly<Record<string, string | undefined>>

/** What env-ci doesn't tell of a service, or tells otherwise than is wanted here. */
interface Service {
  /** The same for every job of a build: shards are known by it. */
  build?: string
  url?: (env: Variables) => string | undefined
  branch?: string
  job: string
  attempt?: (env: Variables) => number
  shard?: (env: Variables) => RunLine['shard']
}

/** By env-ci's names of the services. */
const services: Readonly<Record<string, Service>> = {
  // https://docs.github.com/en/actions/reference/workflows-and-actions/variables
  github: {
    branch: 'GITHUB_HEAD_REF',
    job: 'GITHUB_JOB',
    attempt: (env) => Number(env.GITHUB_RUN_ATTEMPT),
  },
  // https://docs.gitlab.com/ci/variables/predefined_variables/
  gitlab: {
    job: 'CI_JOB_NAME',
    // `parallel: matrix` counts its jobs too, but each runs all tests: only "name 1/3" is a share of them.
    shard: ({ CI_JOB_NAME, CI_NODE_INDEX, CI_NODE_TOTAL }) =>
      / \d+\/\d+$/.test(CI_JOB_NAME ?? '') ? shardOf(Number(CI_NODE_INDEX), CI_NODE_TOTAL) : null,
  },
  // https://circleci.com/docs/reference/variables/
  circleci: {
    build: 'CIRCLE_WORKFLOW_ID',
    job: 'CIRCLE_JOB',
    shard: (env) => shardOf(Number(env.CIRCLE_NODE_INDEX) + 1, env.CIRCLE_NODE_TOTAL),
  },
  // https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
  jenkins: { job: 'JOB_NAME' },
  // https://buildkite.com/docs/pipelines/configure/environment-variables
  buildkite: {
    job: 'BUILDKITE_LABEL',
    attempt: (env) => Number(env.BUILDKITE_RETRY_COUNT) + 1,
    shard: (env) => shardOf(Number(env.BUILDKITE_PARALLEL_JOB) + 1, env.BUILDKITE_PARALLEL_JOB_COUNT),
  },
  // https://learn.microsoft.com/azure/devops/pipelines/build/variables
  azurePipelines: {
    build: 'BUILD_BUILDID',
    url: ({ SYSTEM_COLLECTIONURI: collection, SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: id }) =>
      collection && project && id
        ? `${withoutSecrets(collection)}${encodeURIComponent(project)}/_build/results?buildId=${encodeURIComponent(id)}`
        : undefined,
    job: 'SYSTEM_JOBNAME',
    attempt: (env) => Number(env.SYSTEM_JOBATTEMPT),
    shard: (env) =>
      env.SYSTEM_PARALLELEXECUTIONTYPE === 'MultiMachine'
        ? shardOf(Number(env.SYSTEM_JOBPOSITIONINPHASE), env.SYSTEM_TOTALJOBSINPHASE)
        : null,
  },
}

/** What the CI system says of this run; `null` on somebody's own machine, where the library isn't even loaded. */
export async function readCi(root: string, env: NodeJS.ProcessEnv = process.env): Promise<CiFacts | null> {
  if (!ci.isCI && env === process.env) return null
  const { default: envCi } = await import('env-ci')
  const known = envCi({ env, cwd: root })
  const service = known.service === undefined ? undefined : services[known.service]
  const read = (variable: string | undefined): string | undefined =>
    variable === undefined ? undefined : env[variable] || undefined
  const attempt = service?.attempt?.(env)
  return {
    ci: {
      name: known.name ?? ci.name ?? 'CI',
      build: read(service?.build) ?? known.build ?? null,
      url: service?.url?.(env) ?? withoutSecrets(known.buildUrl),
      job: read(service?.job) ?? null,
      attempt: Number.isInteger(attempt) ? attempt! : null,
      pullRequest: known.pr === undefined ? null : String(known.pr),
    },
    branch: read(service?.branch) ?? known.prBranch ?? known.branch ?? null,
    commit: known.commit ?? null,
    shard: service?.shard?.(env) ?? null,
  }
}

function shardOf(index: number, total: string | undefined): RunLine['shard'] {
  const count = Number(total)
  return Number.isInteger(index) && count > 1 ? { index, count } : null
}

/** A URL without a user, a password, a query or a fragment: any of them may hold a secret. */
function withoutSecrets(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
