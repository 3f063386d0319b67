import { answers, execute } from './execute.ts'

/** What is needed of a machine: commands that answer, and libraries that pkg-config knows. */
interface Needed {
  /** Each is in Debian's package of its name. */
  commands?: readonly string[]
  /** By pkg-config's name, the Debian package that has its headers. */
  libraries?: Readonly<Record<string, string>>
}

/** @throws Error when something is missing, and this isn't root on a machine with apt-get. */
export async function installDebianPackages({ commands = [], libraries = {} }: Needed): Promise<void> {
  const missing: string[] = []
  for (const command of commands) if (!(await answers(command, ['--version']))) missing.push(command)
  for (const [name, debianPackage] of Object.entries(libraries)) {
    if (!(await answers('pkg-config', ['--exists', name]))) missing.push(debianPackage)
  }
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !(await answers('apt-get', ['--version']))) {
    throw new Error(`${missing.join(', ')}: missing, and this isn't root on a machine with apt-get: install by hand`)
  }
  await execute('apt-get', ['update', '-qq'])
  await execute('apt-get', ['install', '-y', '-qq', ...missing])
}
