/** The word that was probably meant: the nearest one by edits, if it is near at all; upper and lower case are one. */
export function nearest(
  word: string,
  words: Iterable<string>,
  most: number = Math.max(2, Math.floor(word.length / 2)),
): string | undefined {
  let found: string | undefined
  let fewest = most
  for (const candidate of words) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase())
    if (edits >= fewest && !(found === undefined && edits === fewest)) continue
    fewest = edits
    found = candidate
  }
  return found
}

/** "did you mean "orders"?", or where no word is near what else helps. */
export function didYouMean(word: string, words: readonly string[], otherwise: string): string {
  const meant = nearest(word, words)
  return meant === undefined ? otherwise : `did you mean "${meant}"?`
}

/** The word that it is but for a slip of the pen, where the words are not a set that somebody chose: names in data. */
export function misspelt(word: string, words: Iterable<string>): string | undefined {
  return nearest(word, words, Math.floor(word.length / 4))
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
