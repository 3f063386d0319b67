import { render } from 'preact'
import { App, Broken } from './app.tsx'
import { readRun } from './data/run-data.ts'
import { unpack } from './data/unpack.ts'

async function start(root: HTMLElement): Promise<void> {
  let page = <Broken />
  try {
    page = <App data={readRun(await unpack(document.getElementById('run')!.textContent.trim()))} />
  } catch (error) {
    page = <Broken reason={(error as Error).message} />
  }
  root.replaceChildren()
  render(page, root)
}

void start(document.getElementById('app')!)
