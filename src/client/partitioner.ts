import { randomInt } from 'node:crypto'

/** Says the partition of a record, of which nobody said one. */
export type Partitioner = (topic: string, partitions: number, key: Uint8Array | null) => number

/**
 * By the key, as Java's client and kafkajs 2 do it; without one in turn, beginning anywhere, as kafkajs does. (Java's
 * stays with one partition for a batch, which says nothing to who reads by topic.)
 */
export function createPartitioner(): Partitioner {
  const turns = new Map<string, number>()
  return (topic, partitions, key) => {
    if (key !== null) return positive(murmur2(key)) % partitions
    const turn = (turns.get(topic) ?? randomInt(2 ** 31)) + 1
    turns.set(topic, turn)
    return positive(turn) % partitions
  }
}

const positive = (value: number): number => value & 0x7fffffff

/** Of org.apache.kafka.common.utils.Utils: 32 bits, signed. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  const multiplier = 0x5bd1e995
  let hash = 0x9747b28c ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    word = Math.imul(word, multiplier)
    word = Math.imul(word ^ (word >>> 24), multiplier)
    hash = Math.imul(hash, multiplier) ^ word
  }
  for (let left = length - at - 1; left >= 0; left -= 1) hash ^= bytes[at + left]! << (8 * left)
  if (at < length) hash = Math.imul(hash, multiplier)
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}
