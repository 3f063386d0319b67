import { type CompressionName, compress, decompress } from '../broker/log/compression.ts'
import type { KafkaJSModule } from './clients.ts'

/** kafkajs brings gzip only. The others are put in, unless the application (in the same realm) registered its own. */
export function registerCodecs({ CompressionCodecs, CompressionTypes }: KafkaJSModule): void {
  for (const name of ['snappy', 'lz4', 'zstd'] as const) {
    const type = CompressionTypes[name === 'snappy' ? 'Snappy' : name === 'lz4' ? 'LZ4' : 'ZSTD']
    if (isMissing(CompressionCodecs[type])) CompressionCodecs[type] = codec(name)
  }
}

/** kafkajs has a function in the place of a codec that throws "not implemented" when it is called. */
function isMissing(codec: unknown): boolean {
  try {
    ;(codec as () => unknown)()
    return false
  } catch {
    return true
  }
}

function codec(name: CompressionName) {
  return () => ({
    compress: async (encoder: { buffer: Buffer }) => compress(name, encoder.buffer),
    decompress: async (bytes: Buffer) => decompress(name, bytes),
  })
}
