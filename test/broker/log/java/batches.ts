import { readFileSync } from 'node:fs'
import type { CompressionName } from '../../../../src/broker/log/compression.ts'

/** Records in one of Kafka's formats, as Batches.java printed them. */
export interface JavaBatch {
  readonly magic: number
  readonly compression: CompressionName
  readonly kind: 'CreateTime' | 'LogAppendTime' | 'control'
  readonly bytes: Buffer
}

/** What Kafka 4.1.1's Java client wrote. */
export const javaBatches: readonly JavaBatch[] = readFileSync(new URL('batches.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const [magic, compression, kind, hex] = line.split(' ') as [string, CompressionName, JavaBatch['kind'], string]
    return { magic: Number(magic), compression, kind, bytes: Buffer.from(hex, 'hex') }
  })

/** One of them. */
export function javaBatch(magic: number, compression: CompressionName, kind: JavaBatch['kind']): Buffer {
  return javaBatches.find((one) => one.magic === magic && one.compression === compression && one.kind === kind)!.bytes
}
