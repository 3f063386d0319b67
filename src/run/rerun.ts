import type { RunLine, TestLine } from './model.ts'

/** The command that runs just this test as it ran: in its project of the runner, on its cluster. For a POSIX shell. */
export function rerunCommand({ runner, environment, cluster }: RunLine, { project, file, name }: TestLine): string {
  const pattern = ['-t', shellWord(`^ ?${patternOf(name)}$`)]
  const variables = [
    ...(environment === null ? [] : [`KAFKA_TESTKIT_ENVIRONMENT=${shellWord(environment)}`]),
    ...(cluster.kind === 'embedded' ? [] : [`KAFKA_TESTKIT_CLUSTER=${cluster.kind}`]),
  ]
  const command =
    runner.name === 'vitest'
      ? ['vitest run', shellWord(file), ...(project === '' ? [] : ['--project', shellWord(project)])]
      : // Jest reads a path as a regular expression unless it is told not to.
        ['jest --runTestsByPath', shellWord(file), ...(project === '' ? [] : ['--selectProjects', shellWord(project)])]
  return [...variables, 'npx', ...command, ...pattern].join(' ')
}

/** The runners put a test's titles together with blanks, and read what is wanted as a regular expression. */
function patternOf(name: string): string {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  // A title itself may have it.
  return escaped.replaceAll(' > ', ' (> )?')
}

function shellWord(text: string): string {
  return /^[\w./@:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
