/** The word that was probably meant: the nearest one by edits, if it is near at all. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let found: string | undefined
  let fewest = Math.max(2, Math.floor(word.length / 2))
  for (const candidate of words) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase())
    if (edits >= fewest && !(found === undefined && edits === fewest)) continue
    fewest = edits
    found = candidate
  }
  return found
}

/** Levenshtein's: how many letters are added, dropped or changed to come from one word to the other. */
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const changed = above[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(changed, above[column]! + 1, current[column - 1]! + 1))
    }
    above = current
  }
  return above[to.length]!
}
