import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { apis } from '../../src/broker/apis/index.ts'
import { brokerSettings } from '../../src/broker/options.ts'
import { apiTable } from '../../src/broker/protocol/codec.ts'
import { strictness, strictSwitches } from '../../src/broker/strict.ts'

const page = readFileSync(new URL('../../docs/embedded-broker.md', import.meta.url), 'utf8')

test('the page lists the APIs and versions that are served', () => {
  const listed = [...page.matchAll(/^\| (\w+) \| (\d+) \| (\d+) to (\d+) \|$/gm)].map((row) => row.slice(1))
  expect(listed).toEqual(apis.map(({ name, versions }) => [name, apiTable(name).key, ...versions].map(String)))
})

test('the page lists every option with its default', () => {
  const listed = [...page.matchAll(/^\| `(\w+)` \| (.+?) \| .+ \|$/gm)].map(([, name, value]) => [name, value])
  const { log, maxRequestBytes, maxPartitionBytes, maxConnections, strict, topics, ...others } = brokerSettings({})
  expect(Object.fromEntries(listed)).toEqual({
    ...Object.fromEntries(
      Object.entries(others).map(([name, value]) => [name, typeof value === 'number' ? `${value}` : `\`${value}\``]),
    ),
    log: '`console.warn`',
    strict: '`false`',
    topics: '`[]`',
    maxConnections: maxConnections.toLocaleString('en'),
    maxRequestBytes: `${maxRequestBytes / 1024 ** 2} MiB`,
    maxPartitionBytes: `${maxPartitionBytes / 1024 ** 3} GiB`,
  })
  expect(log).toBeTypeOf('function')
  expect(strict).toEqual(strictness(false))
  expect(topics).toEqual([])
})

test('the page lists every switch of strict, in their order', () => {
  const listed = [...page.matchAll(/ \| `(\w+)` \|$/gm)].map(([, name]) => name)
  expect(listed).toEqual(strictSwitches)
})
