import { AsyncLocalStorage } from 'node:async_hooks'
import type { KafkaJSModule } from './kafkajs.ts'

const inOurWork = new AsyncLocalStorage<boolean>()

/** Runs work in which kafkajs reads each compression. */
export function withCodecs<T>(work: () => T): T {
  return inOurWork.run(true, work)
}

/**
 * kafkajs brings gzip only. The others are there for our own tasks and for nobody else: an application that forgot to
 * register one shares this kafkajs and has to fail in its test as it will in production.
 */
export function registerCodecs({ CompressionCodecs, CompressionTypes }: KafkaJSModule): void {
  const codecs = CompressionCodecs as Record<number, () => unknown>
  const types = { snappy: CompressionTypes.Snappy, lz4: CompressionTypes.LZ4, zstd: CompressionTypes.ZSTD }
  for (const name of ['snappy', 'lz4', 'zstd'] as const) {
    const registered = codecs[types[name]]!
    codecs[types[name]] = () => (inOurWork.getStore() && isMissing(registered) ? codec(name) : registered())
  }
}

/** kafkajs has a function in the place of a codec that throws "not implemented" when it is called. */
function isMissing(registered: () => unknown): boolean {
  try {
    registered()
    return false
  } catch {
    return true
  }
}

function codec(name: 'snappy' | 'lz4' | 'zstd') {
  return {
    async decompress(bytes: Buffer): Promise<Buffer> {
      const { decompress } = await import('../broker/log/compression.ts')
      return decompress(name, bytes)
    },
  }
}
