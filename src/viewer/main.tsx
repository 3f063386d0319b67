import { render } from 'preact'
import { App, Broken } from './app.tsx'
import { readRun } from './data/file-run.ts'
import { unpack } from './data/unpack.ts'

/** Is there when the browser has read the whole file, or all that there is of it. */
const whole = new Promise<void>((resolve) => addEventListener('DOMContentLoaded', () => resolve()))

async function textOf(part: number): Promise<string | undefined> {
  await whole
  return document.getElementsByClassName('part')[part]?.textContent
}

async function start(root: HTMLElement): Promise<void> {
  let page = <Broken />
  try {
    page = <App data={readRun(await unpack(document.getElementById('run')!.textContent), textOf)} />
  } catch (error) {
    page = <Broken reason={(error as Error).message} />
  }
  root.replaceChildren()
  render(page, root)
}

void start(document.getElementById('app')!)
