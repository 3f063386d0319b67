import { circleci } from './ci/circleci.ts'
import { github } from './ci/github.ts'
import { gitlab } from './ci/gitlab.ts'
import { jenkins } from './ci/jenkins.ts'
import { findProject, type Project } from './ci/project.ts'

export type System = 'github' | 'gitlab' | 'circleci' | 'jenkins'

const systems: Record<System, { print: (project: Project) => string; file: string }> = {
  github: { print: github, file: '.github/workflows/kafka.yml' },
  gitlab: { print: gitlab, file: '.gitlab-ci.yml' },
  circleci: { print: circleci, file: '.circleci/config.yml' },
  jenkins: { print: jenkins, file: 'Jenkinsfile' },
}

/**
 * `kafka-testkit ci`: prints a pipeline for the project in this folder. Only the pipeline goes to standard output, so
 * that it can be sent into a file; what else is to be known goes to standard error.
 */
export async function printPipeline(system: System): Promise<void> {
  const project = await findProject(process.cwd())
  const { print, file } = systems[system]
  process.stdout.write(print(project))
  for (const hint of hints(project, system, file)) console.error(`kafka-testkit: ${hint}`)
}

function hints({ hasTestcontainers, hasTestScript }: Project, system: System, file: string): string[] {
  return [
    ...(process.stdout.isTTY ? [`npx kafka-testkit ci ${system} > ${file}`] : []),
    ...(hasTestScript ? [] : ['package.json has no script "test", which the pipeline runs']),
    ...(hasTestcontainers ? [] : ['the nightly job needs @testcontainers/kafka among the devDependencies']),
  ]
}
