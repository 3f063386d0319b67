/** A line on the terminal that comes and goes; nothing where the output is no terminal, as in CI. */
export function terminalProgress(): { show: (text: string) => void; clear: () => void } {
  const { stderr } = process
  let shown = false
  return {
    show(text) {
      if (!stderr.isTTY) return
      shown = true
      stderr.write(`\r\u001b[2K${text.slice(0, Math.max(20, stderr.columns - 1))}`)
    },
    clear() {
      if (shown) stderr.write('\r\u001b[2K')
      shown = false
    },
  }
}
