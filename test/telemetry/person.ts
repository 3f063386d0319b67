import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finished, type ProjectFolder, run } from '../support/project.ts'

/** A person with a project and a home of their own, on a machine that is no CI. */
export interface Person<Project extends ProjectFolder = ProjectFolder> {
  project: Project
  env: Record<string, string>
  /** What `npx kafka-testkit ...` does. */
  kafkaTestkit(args: string[], env?: Record<string, string>): Promise<Finished>
  /** What the folder for configuration holds. */
  choice(): { enabled: boolean; anonymousId?: string; destinations: Record<string, string> }
  writeChoice(text: string): void
  [Symbol.dispose](): void
}

export function createPerson<Project extends ProjectFolder>(project: Project, home = 'home'): Person<Project> {
  const folder = join(project.folder, home)
  mkdirSync(folder)
  const file = join(folder, configFolder(), 'telemetry.json')
  // Wherever the platform has its folder for configuration.
  const homes = { HOME: folder, USERPROFILE: folder, APPDATA: folder, LOCALAPPDATA: folder, XDG_CONFIG_HOME: folder }
  // Even on a CI's machine: "false" is what ci-info takes for no.
  const env = { ...homes, CI: 'false', DO_NOT_TRACK: '' }
  return {
    project,
    env,
    kafkaTestkit: (args, more = {}) =>
      run(project, ['node_modules/kafka-testkit/dist/cli/main.js', ...args], { ...env, ...more }),
    choice: () => JSON.parse(readFileSync(file, 'utf8')),
    writeChoice: (text) => writeFileSync(file, text),
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true })
      project[Symbol.dispose]()
    },
  }
}

function configFolder(): string {
  if (process.platform === 'darwin') return 'Library/Preferences/kafka-testkit'
  return process.platform === 'win32' ? 'kafka-testkit/Config' : 'kafka-testkit'
}
