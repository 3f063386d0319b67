import type { ErrorLine } from './model.ts'

/*
 * What is the same of a test from run to run: its project, its file, the titles of its suites and its own, and of tests
 * that have all of that in common which of them it is. Each run's file has it with each test, as one text.
 */

/** Between the titles of a path. */
const SEPARATOR = ' > '
/** The same within a title, so that `describe('a > b')` is another path than `describe('a')` with `describe('b')`. */
const ESCAPED = ' \\> '
/** In the place of a test's title. */
const OUTSIDE = '(outside of its tests)'

/** The key of a test before it is told apart from others that have the same. */
export function testKey(project: string, file: string, titles: readonly string[]): string {
  return `${project} ${file} ${titles.map((title) => title.replaceAll(SEPARATOR, ESCAPED)).join(SEPARATOR)}`
}

/** The path in a key, `suite > test`; the number too, where it has one. `name` where it is no key of ours. */
export function pathOf({ key, file, name }: { key: string; file: string; name: string }): string {
  const start = key.indexOf(` ${file} `)
  return start < 0 ? name : key.slice(start + file.length + 2)
}

/** The titles that a path is made of. */
export function titlesOf(path: string): string[] {
  return path.split(SEPARATOR).map((title) => title.replaceAll(ESCAPED, SEPARATOR))
}

/** Where an error stands that is no test's, among the tests of its file or suite. */
export function outsideOf({ project, file, suite }: ErrorLine): { project: string; file: string | null; path: string } {
  return { project, file, path: suite === null ? OUTSIDE : `${suite}${SEPARATOR}${OUTSIDE}` }
}

/** A file with its project before it, as Vitest writes it: the same file may run in several. */
export function inProject(project: string, file: string): string {
  return project === '' ? file : `|${project}| ${file}`
}

/** Tells what has the same text apart by its order: the second "a" is "a #2". */
export function numbering(): (text: string) => string {
  const taken = new Set<string>()
  return (text) => {
    let own = text
    for (let number = 2; taken.has(own); number++) own = `${text} #${number}`
    taken.add(own)
    return own
  }
}
