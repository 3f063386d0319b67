import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { javaClientVersions } from '../../scripts/kafka-jars.ts'
import versions from '../clients/versions.json' with { type: 'json' }
import { readPage } from './blocks.ts'

function read(path: string): string {
  return readFileSync(new URL(`../clients/${path}`, import.meta.url), 'utf8')
}

test('docs/clients.md names the versions that are tested', () => {
  const go = [...read('go/go.mod').matchAll(/(franz-go|segmentio\/kafka-go|IBM\/sarama) v(\S+)$/gm)]
  const rust = /name = "rdkafka"\nversion = "(.*)"/.exec(read('rust/Cargo.lock'))?.[1]
  const tested = [
    ...Object.entries(versions.python),
    ...go.map(([, name, version]) => [name, version]),
    ['rdkafka', rust],
    ["Kafka's own", javaClientVersions.join(', ')],
  ]
  const page = readPage('docs/clients.md')
  expect(tested.filter(([name, version]) => !page.includes(`| ${name} | ${version} |`))).toEqual([])
  expect(tested).toHaveLength(8)
})
