let silenced = false

/**
 * kafkajs 2.2.4 schedules its request queue with `throttledUntil = -1`, and Node 24 warns of each negative timeout
 * (tulios/kafkajs#1751). The warning says nothing to who writes a test, whether the client is ours or the application's;
 * every other one goes through. Called before anybody connects.
 */
export function silenceNegativeTimeouts(): void {
  if (silenced) return
  silenced = true
  const { emitWarning } = process
  process.emitWarning = function (this: unknown, ...args: unknown[]) {
    const name = typeof args[1] === 'string' ? args[1] : (args[1] as { type?: string } | undefined)?.type
    const isOfKafkaJS = /[\\/]node_modules[\\/]kafkajs[\\/]/
    if (name === 'TimeoutNegativeWarning' && isOfKafkaJS.test(new Error().stack ?? '')) return
    Reflect.apply(emitWarning, process, args)
  } as typeof process.emitWarning
}
