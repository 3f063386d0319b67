import { createInterface } from 'node:readline/promises'

/** Where a question can be asked. */
export interface Terminal {
  /** The choice, or `undefined` where nobody is there to ask. */
  choose<T extends string>(question: string, choices: readonly T[]): Promise<T | undefined>
}

/** Asks by numbered choices; nobody where input or output is not a terminal, as in a script. */
export function openTerminal(
  input: NodeJS.ReadableStream & { isTTY?: boolean } = process.stdin,
  output: NodeJS.WritableStream & { isTTY?: boolean } = process.stdout,
): Terminal {
  return {
    async choose(question, choices) {
      if (!input.isTTY || !output.isTTY) return undefined
      const lines = createInterface({ input, output })
      const interrupted = new AbortController()
      // Ctrl-C and Ctrl-D.
      lines.once('close', () => interrupted.abort())
      const list = choices.map((choice, at) => `  ${at + 1}  ${choice}`).join('\n')
      try {
        for (;;) {
          const answer = (await lines.question(`${question}\n${list}\n> `, { signal: interrupted.signal })).trim()
          const chosen =
            choices[Number(answer) - 1] ?? choices.find((choice) => choice.toLowerCase() === answer.toLowerCase())
          if (chosen !== undefined) return chosen
        }
      } catch (error) {
        if ((error as Error).name === 'AbortError') throw new Error('nothing was chosen, nothing is changed')
        throw error
      } finally {
        lines.close()
      }
    },
  }
}
