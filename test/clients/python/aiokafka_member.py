"""A producer and a member of a group, with aiokafka."""

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError
import member


class Listener(ConsumerRebalanceListener):
    async def on_partitions_revoked(self, revoked):
        member.assigned([])

    async def on_partitions_assigned(self, assigned):
        member.assigned(one.partition for one in assigned)


async def produce():
    async with AIOKafkaProducer(bootstrap_servers=member.brokers) as producer:
        for key, value in member.records:
            await producer.send_and_wait(member.topic, key=key, value=value)


async def consume():
    consumer = AIOKafkaConsumer(
        bootstrap_servers=member.brokers,
        group_id=member.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=member.session_timeout_ms,
        heartbeat_interval_ms=member.heartbeat_interval_ms,
    )
    consumer.subscribe([member.topic], listener=Listener())
    await consumer.start()
    while not member.is_over():
        found = await consumer.getmany(timeout_ms=100)
        if not found:
            continue
        try:
            await consumer.commit()
        except CommitFailedError:
            pass
        for records in found.values():
            for record in records:
                member.handled(record.partition, record.offset, record.value)
    await consumer.stop()


asyncio.run(produce() if member.mode == "produce" else consume())
