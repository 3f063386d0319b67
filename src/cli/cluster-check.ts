import pc from 'picocolors'
import { checkCluster, type Finding } from '../cluster/check.ts'
import { silenceNegativeTimeouts } from '../cluster/negative-timeouts.ts'
import { startRunCluster } from '../cluster/run-cluster.ts'
import { resolveConfig } from '../config/config.ts'
import { findConfig } from './find-config.ts'

export interface ClusterCheckOptions {
  environment?: string
  config?: string
  json?: boolean
}

const marks: Readonly<Record<Finding['verdict'], string>> = {
  ok: pc.green('✓'),
  warning: pc.yellow('!'),
  failed: pc.red('✗'),
}

/** `kafka-testkit cluster check`: tries what a test run needs of the cluster. Ends with 1 when something failed. */
export async function runClusterCheck({ environment, config, json = false }: ClusterCheckOptions): Promise<void> {
  silenceNegativeTimeouts()
  const root = process.cwd()
  const env = environment === undefined ? process.env : { ...process.env, KAFKA_TESTKIT_ENVIRONMENT: environment }
  const { cluster } = resolveConfig(await findConfig(root, config, env), env)
  if (cluster.kind === 'embedded') {
    console.log(
      "cluster 'embedded' needs no check: each test file starts its own. KAFKA_TESTKIT_CLUSTER=external checks another",
    )
    return
  }
  const started = cluster.kind === 'testcontainers' ? await startRunCluster({ cluster, root }) : undefined
  const worker = started?.worker
  const connection =
    worker !== undefined && 'connection' in worker
      ? worker.connection
      : { ...(cluster as Extract<typeof cluster, { kind: 'external' }>), root }
  const findings: Finding[] = []
  try {
    if (!json) console.log(`cluster '${cluster.kind}' at ${connection.brokers.join(', ')}`)
    for await (const finding of checkCluster(connection, cluster.prefix)) {
      findings.push(finding)
      if (!json) console.log(`${marks[finding.verdict]} ${finding.text}`)
    }
  } finally {
    await started?.stop()
  }
  if (json) console.log(JSON.stringify({ cluster: cluster.kind, brokers: connection.brokers, findings }, null, 2))
  if (findings.some(({ verdict }) => verdict === 'failed')) process.exitCode = 1
}
