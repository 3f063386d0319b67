import { after, clearTimeout, LONG_AGO, NEVER, now, setTimeout } from '../base/clock.ts'
import type { BrokerState } from '../broker/state.ts'
import type { Settled, SettleOptions } from './cluster.ts'
import { neverCommits } from './commit-setting.ts'
import { whatIsLeft } from './left.ts'

/** After one of these something may follow, so the quiet time begins anew. */
const moves = [
  'produced',
  'received',
  'joined',
  'left',
  'group state',
  'committed',
  'transaction began',
  'transaction committed',
  'transaction aborted',
  'topic created',
  'topic deleted',
] as const

/**
 * Resolves once nothing is left to happen, and then `quiet` milliseconds without an event: no produce in flight, no
 * transaction open, no group that rebalances, each record that a member was sent is known to be handled, each that it will be sent too. Until then
 * it is told of each event; nothing is polled. A broker that nobody has connected to is settled.
 */
export function settled(broker: BrokerState | undefined, options: SettleOptions): Promise<Settled> {
  return broker === undefined ? Promise.resolve({ settled: true, notes: [] }) : untilSettled(broker, options)
}

function untilSettled(broker: BrokerState, options: SettleOptions): Promise<Settled> {
  const { quiet, within = quiet, deadline, signal, began, onWait } = options
  const lookBack = { since: began?.at ?? LONG_AGO, doubtsFrom: after(-within) }
  const { promise, resolve } = Promise.withResolvers<Settled>()
  let quietTimer: NodeJS.Timeout | undefined
  let quietFor = 0
  let lookTimer: NodeJS.Timeout | undefined
  const deadlineTimer = Number.isFinite(deadline) ? setTimeout(giveUp, Math.max(0, deadline - now())) : undefined
  for (const name of moves) broker.events.on(name, moved)
  broker.events.on('activity', check)
  signal?.addEventListener('abort', giveUp, { once: true })
  check()
  return promise

  function check(): void {
    const { left, doubts, notes, hint, nextLook } = whatIsLeft(broker, lookBack)
    clearTimeout(lookTimer)
    if (nextLook < NEVER) lookTimer = setTimeout(check, Math.max(1, nextLook - now()))
    onWait?.(left, hint)
    if (left.length > 0) {
      stopQuietTimer()
      return
    }
    const told = [...notes, ...doubts.map((doubt) => `${doubt}; nothing happened for ${within} ms after it`)]
    const wanted = doubts.length > 0 ? within : quiet
    if (quietTimer !== undefined && wanted === quietFor) return
    stopQuietTimer()
    quietFor = wanted
    quietTimer = setTimeout(() => finish({ settled: true, notes: told }), wanted)
  }
  function moved(): void {
    stopQuietTimer()
    check()
  }
  function giveUp(): void {
    const { left, doubts, hint } = whatIsLeft(broker, lookBack)
    const waitingFor = left.length > 0 ? left : doubts
    finish({
      settled: false,
      waitingFor: waitingFor.length > 0 ? waitingFor : [`there were never ${quiet} ms without an event`],
      hint: hint && `${hint} ${neverCommits}`,
    })
  }
  function stopQuietTimer(): void {
    clearTimeout(quietTimer)
    quietTimer = undefined
  }
  function finish(result: Settled): void {
    stopQuietTimer()
    clearTimeout(lookTimer)
    clearTimeout(deadlineTimer)
    for (const name of moves) broker.events.off(name, moved)
    broker.events.off('activity', check)
    signal?.removeEventListener('abort', giveUp)
    resolve(result)
  }
}
