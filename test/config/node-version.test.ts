import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkNode } from '../../src/config/node-version.ts'

const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

test('what package.json asks for is new enough', () => {
  expect(engines.node).toBe('>=22.22.0')
  for (const version of ['22.22.0', '24.0.0', '23.1.0', process.versions.node]) checkNode(version)
})

test.each(['20.20.2', '22.21.9'])('Node %s is too old, which is said', (version) => {
  expect(() => checkNode(version)).toThrow(`Node 22.22 or later is needed, this is ${version} (`)
})
