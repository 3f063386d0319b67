import type { EndedRun } from './run.ts'

/**
 * The last thing of a run, where its person turned telemetry on: tells its counts, and the error of ours that kept it
 * from being stored.
 */
export async function reportRun(ended: EndedRun | undefined, problem: unknown): Promise<void> {
  const { report } = await import('../telemetry/report.ts')
  const { runUsage } = await import('../telemetry/usage.ts')
  await report({ usage: ended && runUsage(ended), error: problem ?? ended?.problem ?? undefined })
}
