import { render } from 'preact'
import { readBase } from './route.ts'
import { runBase, Served } from './served/served.tsx'

readBase(runBase)
render(<Served />, document.getElementById('app')!)
