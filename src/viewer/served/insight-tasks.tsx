import type { VNode } from 'preact'
import { Chart } from '../charts/chart.tsx'
import { durationsOf } from '../charts/figures.ts'
import { getTaskDays, getTasks, type Scope, type TaskDay, type TaskFigures } from '../data/insights.ts'
import { useKept, useLoad } from '../data/load.ts'
import { plural } from '../format.ts'
import { route, setQuery } from '../route.ts'
import { Loaded } from './loaded.tsx'

interface Found {
  of: Scope
  tasks: TaskFigures[]
  kind: string
  topic: string
  days: TaskDay[]
}

/** How long a kind of task takes, on all topics or on one: the one that the address names, or that takes most. */
export function InsightTasks({ scope }: { scope: Scope }): VNode {
  const { query } = route.value
  const [named, topic] = [query.get('task') ?? '', query.get('topic') ?? '']
  const key = JSON.stringify([scope, named, topic])
  const load = useLoad(`tasks ${key}`, async (signal): Promise<Found> => {
    const tasks = await getTasks(scope, signal)
    const kind = named === '' ? (tasks[0]?.kind ?? '') : named
    return { of: scope, tasks, kind, topic, days: kind === '' ? [] : await getTaskDays(scope, kind, topic, signal) }
  })
  const found = useKept(load)
  return (
    <Loaded of={found} what="the tasks">
      {({ of, tasks, kind, days, topic: on }) =>
        tasks.length === 0 ? (
          <p class="card note">No test did a task in this time.</p>
        ) : (
          <Chart data={{ ...durationsOf(of, titleOf(kind, on), days), nothing: 'tasks' }} heading="Duration of a task">
            <Chosen tasks={tasks} kind={kind} topic={on} />
          </Chart>
        )
      }
    </Loaded>
  )
}

function titleOf(kind: string, topic: string): string {
  return topic === '' ? `Duration of a task: ${kind}` : `Duration of a task: ${kind}, ${topic}`
}

/** Which task: a kind on all of its topics, or on one. */
function Chosen({ tasks, kind, topic }: { tasks: readonly TaskFigures[]; kind: string; topic: string }): VNode {
  const kinds = [...new Set([...tasks.map((task) => task.kind), kind])]
  const value = JSON.stringify([kind, topic])
  const options = kinds.flatMap((one) => {
    const own = tasks.filter((task) => task.kind === one)
    const all = own.reduce((sum, { count }) => sum + count, 0)
    const whole = { value: JSON.stringify([one, '']), text: `${one}: ${plural(all, 'task')}` }
    const each = own.map((task) => {
      return { value: JSON.stringify([one, task.topic]), text: `${one}, ${task.topic}: ${plural(task.count, 'task')}` }
    })
    return own.length === 1 && topic === '' ? [whole] : [whole, ...each]
  })
  return (
    <span class="choice">
      <select
        aria-label="Which task"
        value={value}
        onChange={(event) => {
          const [task, on] = JSON.parse(event.currentTarget.value) as [string, string]
          setQuery({ task, topic: on })
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </span>
  )
}
