import { afterAll, describe, expect, inject, test } from 'vitest'
import { isReal } from '../../support/kafka.ts'
import { confluent } from './confluent.ts'
import { kafkajs } from './kafkajs.ts'
import { nestjs } from './nestjs.ts'
import { platformatic } from './platformatic.ts'
import { checkService, type Row } from './run.ts'
import { documented, printRows, tableOf, writeTable } from './table.ts'

const clients = [kafkajs, platformatic, confluent, nestjs]
const part = isReal ? 'real' : 'embedded'
const rows: Row[] = []

for (const client of clients) {
  const isMissing = client.missing !== undefined && process.env.CI !== 'true'
  describe.skipIf(isMissing)(isMissing ? `${client.name} (is missing: ${client.missing})` : client.name, () => {
    test.for(client.variants)('%s', { repeats: inject('repeats') }, async (variant) => {
      const seen = await checkService(client, variant)
      rows.push(...seen)
      expect(seen.flatMap(({ check, wrong }) => (wrong === undefined ? [] : `${check} ${wrong}`))).toEqual([])
    })
  })
}

afterAll(() => printRows(rows, inject('repeats')))

// With all of the rows only: not where a client is missing, is another one, or only some tests run.
test('the table in docs/clients.md is what was seen (npm run test:contract -- -u writes it)', ({ skip }) => {
  const isWhole = clients.every(({ name, variants }) =>
    variants.every((one) => rows.some(({ client, variant }) => client === name && variant === one)),
  )
  if (!isWhole) skip('not all clients have run')
  if (inject('update')) writeTable(part, rows)
  expect(documented(part)).toBe(tableOf(rows))
})
