// Measures the figures: `npm run bench`, `npm run bench -- memory throughput` for some of them, and with
// `--against kafka-testkit.tgz` those of `against` against that build.
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import against from './figures/against.ts'
import clusters from './figures/clusters.ts'
import endpoint from './figures/endpoint.ts'
import firstRecord from './figures/first-record.ts'
import group from './figures/group.ts'
import history from './figures/history.ts'
import look from './figures/look.ts'
import matcher from './figures/matcher.ts'
import memory from './figures/memory.ts'
import memoryUnderCap from './figures/memory-under-cap.ts'
import processorTime from './figures/processor-time.ts'
import recording from './figures/recording.ts'
import report from './figures/report.ts'
import startUp from './figures/start-up.ts'
import throughput from './figures/throughput.ts'
import untouchedFile from './figures/untouched-file.ts'
import untouchedFileOfJest from './figures/untouched-file-jest.ts'
import upload from './figures/upload.ts'
import { type Measure, type Outcome, type RealKafka, table } from './support/figure.ts'
import { type StartedKafka, startKafka, whyNoKafka } from './support/real-kafka.ts'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { against: { type: 'string' } } })

const measures: Record<string, Measure> = {
  against: (real) => against(real, values.against),
  'untouched-file': untouchedFile,
  'untouched-file-jest': untouchedFileOfJest,
  'start-up': startUp,
  matcher,
  look,
  'first-record': firstRecord,
  clusters,
  throughput,
  'processor-time': processorTime,
  group,
  memory,
  'memory-under-cap': memoryUnderCap,
  recording,
  report,
  history,
  upload,
  endpoint,
}
const needKafka = new Set([
  'against',
  'first-record',
  'clusters',
  'throughput',
  'processor-time',
  'memory-under-cap',
  'group',
])
const results = fileURLToPath(new URL('../.cache/bench.json', import.meta.url))

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
const chosen = positionals.length > 0 ? positionals : Object.keys(measures)
const unknown = chosen.filter((name) => !(name in measures))
if (unknown.length > 0)
  throw new Error(`no figure ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}`)

const outcomes: Outcome[] = []
let kafka: StartedKafka | undefined
try {
  // Started when it is first needed, and gone before the figures that need the machine for themselves.
  for (const name of chosen.toSorted((a, b) => Number(needKafka.has(b)) - Number(needKafka.has(a)))) {
    console.error(`${name} …`)
    const real = needKafka.has(name) ? await realKafka() : { missing: 'not needed' }
    if (!needKafka.has(name)) await stopKafka()
    outcomes.push(...((await measures[name]?.(real)) ?? []))
  }
} finally {
  await stopKafka()
}
console.log(table(outcomes))
const machine = { node: process.version, platform: `${process.platform} ${process.arch}`, cores: cpus().length }
await mkdir(fileURLToPath(new URL('../.cache', import.meta.url)), { recursive: true })
await writeFile(results, `${JSON.stringify({ measuredAt: new Date(), machine, outcomes }, null, 2)}\n`)
console.log(`\n${machine.cores} cores, ${machine.platform}, Node ${machine.node}. As JSON: ${results}`)

async function realKafka(): Promise<RealKafka> {
  if (kafka !== undefined) return kafka
  const missing = await whyNoKafka()
  if (missing !== undefined) return { missing }
  kafka = await startKafka()
  return kafka
}

async function stopKafka(): Promise<void> {
  await kafka?.[Symbol.asyncDispose]()
  kafka = undefined
}
