import { test } from '../runner.js'
import './not-there.js'

test('never runs', () => {})
