import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { collector } from '../../scripts/collector.ts'
import { semanticConventions } from '../../scripts/report-readers.ts'
import { toOtlp } from '../../src/history/export/otlp.ts'
import type { Line } from '../../src/run/model.ts'
import { moved, record, sampleRun, task, testLine, text } from '../browser/support/sample.ts'
import { endLine, runLine } from '../endpoint/support/run.ts'
import { start } from './support/command.ts'
import { describeClient } from './support/tool.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'

/** A service that passes a record on, within a trace, with all that a sample has. */
function tracedRun(): Line[] {
  const headers = [{ name: 'traceparent', value: text(`00-${trace}-b7ad6b7169203331-01`) }]
  const tests: Line[] = [
    ...sampleRun(1).slice(1, -1),
    testLine('traced'),
    task('traced', 1),
    record('traced', 0, { task: 'traced-1', headers }),
    moved('traced', 5, 'produced', 0, 'this test'),
    moved('traced', 8, 'received', 0, 'client order-service'),
  ]
  return [runLine(), ...tests, endLine(tests)]
}

interface Exported {
  resourceSpans: {
    resource: { attributes: { key: string }[] }
    scopeSpans: {
      spans: { name: string; attributes: { key: string }[]; events?: { attributes: { key: string }[] }[] }[]
    }[]
  }[]
}
const parse = (lines: readonly Line[]): Exported => JSON.parse(toOtlp(lines)) as Exported

describeClient('an OpenTelemetry collector', () => {
  test('takes a run and shows its spans', async () => {
    const port = await freePort()
    const config = [
      `receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } } }`,
      'exporters: { debug: { verbosity: detailed } }',
      'service:',
      '  telemetry: { metrics: { level: none } }',
      '  pipelines: { traces: { receivers: [otlp], exporters: [debug] } }',
    ].join('\n')
    await using running = start(collector, ['--config', `yaml:${config}`])
    await running.printed(/Everything is ready/)
    const body = toOtlp(tracedRun())
    const { spans } = parse(tracedRun()).resourceSpans[0]!.scopeSpans[0]!
    const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(30_000),
    })
    expect({ status: response.status, says: await response.json() }).toEqual({
      status: 200,
      says: { partialSuccess: {} },
    })
    const [, count] = await running.printed(/"spans": (\d+)/)
    expect(Number(count)).toBe(spans.length)
    const { input = '' } = await running.printed(new RegExp(`Span #${spans.length - 1}\\n[\\s\\S]*\\n\\t\\{`))
    const shown = input
      .split(/^Span #/m)
      .find((one) => one.includes('receive orders') && one.includes('b7ad6b7169203331'))
    expect(shown).toContain('Kind           : Client')
    for (const attribute of [
      'messaging.system.name: Str(kafka)',
      'messaging.client.id: Str(order-service)',
      'kafka.offset: Int(0)',
      'kafka.message.key: Str(o-0)',
    ])
      expect(shown).toContain(`-> ${attribute}`)
    expect(shown).toContain(`-> Trace ID: ${trace}`)
  })
})

describeClient("OpenTelemetry's conventions", () => {
  test('know each name that is not ours', async () => {
    const known = new Set(
      Object.values((await import(pathToFileURL(semanticConventions).href)) as Record<string, unknown>),
    )
    const names = parse(tracedRun()).resourceSpans.flatMap(({ resource, scopeSpans }) => [
      ...resource.attributes,
      ...scopeSpans[0]!.spans.flatMap(({ attributes, events = [] }) => [
        ...attributes,
        ...events.flatMap((event) => event.attributes),
      ]),
    ])
    const others = new Set(names.map(({ key }) => key).filter((key) => !key.startsWith('kafka_testkit.')))
    expect([...others].filter((name) => !known.has(name))).toEqual([])
    expect(others.size).toBeGreaterThan(20)
  })
})

/** Taken again at once by whom it is for. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
