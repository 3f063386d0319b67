import 'reflect-metadata'
import { Controller, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  Ctx,
  EventPattern,
  type KafkaContext,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices'
import { logLevel } from 'kafkajs'
import { type Client, type ServiceOptions, variants, versionOf } from './service.ts'

/** A microservice: kafkajs underneath, with one record at a time. */
export const nestjs: Client = {
  name: 'NestJS',
  version: versionOf('@nestjs/microservices'),
  variants: variants.filter((variant) => variant !== 'batch' && variant !== 'transactional'),
  evidence: () => 'fetch',
  async start({ brokers, groupId, input, output, variant, handle }: ServiceOptions) {
    class Service {
      async take(payload: unknown, context: KafkaContext): Promise<void> {
        const produce = (value: string) => context.getProducer().send({ topic: output, messages: [{ value }] })
        await handle(String(payload), produce)
        if (variant !== 'manual commit') return
        const [topic, partition, { offset }] = [context.getTopic(), context.getPartition(), context.getMessage()]
        await context.getConsumer().commitOffsets([{ topic, partition, offset: String(Number(offset) + 1) }])
      }
    }
    class ServiceModule {}
    // As the decorators of TypeScript's `experimentalDecorators` are applied, which this project's sources don't use.
    const { prototype } = Service
    EventPattern(input)(prototype, 'take', Object.getOwnPropertyDescriptor(prototype, 'take')!)
    Payload()(prototype, 'take', 0)
    Ctx()(prototype, 'take', 1)
    Controller()(Service)
    Module({ controllers: [Service] })(ServiceModule)

    const retry = variant === 'crashing' ? { retries: 0, restartOnFailure: async () => false } : undefined
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(ServiceModule, {
      logger: false,
      transport: Transport.KAFKA,
      options: {
        client: { clientId: 'service', brokers, logLevel: logLevel.NOTHING },
        consumer: { groupId, maxWaitTimeInMs: 500, retry },
        subscribe: { fromBeginning: true },
        run: { autoCommit: variant !== 'manual commit' && variant !== 'no commit' },
      },
    })
    await app.listen()
    return { groupId: `${groupId}-server`, stop: () => app.close() }
  },
}
