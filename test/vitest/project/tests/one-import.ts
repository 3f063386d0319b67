import * as kafkaTestkit from 'kafka-testkit/vitest'
import { beforeEach, describe, expect, it, type Mock, vi } from 'kafka-testkit/vitest'
import { Kafka } from 'kafkajs'
import * as vitest from 'vitest'

const { mocked } = vi.hoisted(() => ({ mocked: vi.fn() }))
vi.mock('kafkajs', () => ({ Kafka: mocked }))

describe('everything by one import', () => {
  let heard: Mock<(text: string) => void>
  beforeEach(() => {
    heard = vi.fn()
  })

  it('has all that Vitest exports, with its own test, it and expect', async ({ kafka }) => {
    const own = ['it', 'test']
    const others = Object.entries(vitest).filter(([name]) => !own.includes(name))
    expect(kafkaTestkit).toMatchObject(Object.fromEntries(others))
    await kafka.topic('of-one-import').produce({ value: 'there' })
    await expect(kafka.topic('of-one-import')).toReceiveRecord({ value: 'there' })
    heard('there')
    expect(heard).toHaveBeenCalledWith('there')
  })

  it('mocks before it imports', () => {
    expect(Kafka).toBe(mocked)
  })
})
