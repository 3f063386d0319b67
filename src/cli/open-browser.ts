import { spawn } from 'node:child_process'

const openers: Partial<Record<NodeJS.Platform, [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** By the system's own means, which outlives this process; where there are none the address stands on the terminal. */
export function openInBrowser(href: string): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...args, href], { detached: true, stdio: 'ignore' })
  child.on('error', ({ message }) => console.error(`kafka-testkit: no browser could be opened (${message})`))
  child.unref()
}
