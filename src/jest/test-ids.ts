import { oneLine } from '../base/plain.ts'

/**
 * Jest has no ids for tests. Worker and reporter both make them of what both know: the project, the file, the name, and
 * for tests of the same name in a file which of them it is.
 */
export function testIds(projectId: string, file: string): (name: string) => string {
  const seen = new Map<string, number>()
  return (title) => {
    const name = oneLine(title)
    const before = seen.get(name) ?? 0
    seen.set(name, before + 1)
    return `${projectId} ${file} ${name}${before === 0 ? '' : ` #${before + 1}`}`
  }
}
