import { afterAll, test } from '../runner.js'

afterAll(() => new Promise(() => {}), 50)
test('ok', () => {})
