import type { VNode } from 'preact'
import { ClustersPage } from './clusters.tsx'
import { ComparePage } from './compare.tsx'
import { InsightsPage } from './insights.tsx'
import { RunsPage } from './runs.tsx'
import { TestHistoryPage } from './test-history.tsx'

/** A page of a project beside its runs' own: its address is `#/PROJECT/NAME/…`. */
export interface ProjectPage {
  /** In the bar; a page without one is reached from others. */
  label?: string
  /** `rest`: what stands behind its name in the address. */
  Page: (props: { project: string; rest: readonly string[] }) => VNode
}

/** By their names in the address, in the order of the bar. */
export const projectPages: Readonly<Record<string, ProjectPage>> = {
  runs: { label: 'Runs', Page: RunsPage },
  insights: { label: 'Insights', Page: InsightsPage },
  clusters: { label: 'Clusters', Page: ClustersPage },
  compare: { Page: ComparePage },
  tests: { Page: TestHistoryPage },
}
