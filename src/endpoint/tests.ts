import { createHash } from 'node:crypto'

/** A test case of a project, in 16 characters that fit a URL: the same from run to run. */
export function testId(project: string, key: string): string {
  return createHash('sha256').update(`${project}\n${key}`).digest('base64url').slice(0, 16)
}
