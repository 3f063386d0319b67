"""A producer and a member of a group, with kafka-python."""

from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer
from kafka.errors import CommitFailedError
import member


class Listener(ConsumerRebalanceListener):
    def on_partitions_revoked(self, revoked):
        member.assigned([])

    def on_partitions_assigned(self, assigned):
        member.assigned(one.partition for one in assigned)


def produce():
    producer = KafkaProducer(bootstrap_servers=member.brokers)
    for key, value in member.records:
        producer.send(member.topic, key=key, value=value).get(30)
    producer.close()


def consume():
    consumer = KafkaConsumer(
        bootstrap_servers=member.brokers,
        group_id=member.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=member.session_timeout_ms,
        heartbeat_interval_ms=member.heartbeat_interval_ms,
    )
    consumer.subscribe([member.topic], listener=Listener())
    while not member.is_over():
        found = consumer.poll(timeout_ms=100)
        if not found:
            continue
        try:
            consumer.commit()
        except CommitFailedError:
            pass
        for records in found.values():
            for record in records:
                member.handled(record.partition, record.offset, record.value)
    consumer.close()


produce() if member.mode == "produce" else consume()
