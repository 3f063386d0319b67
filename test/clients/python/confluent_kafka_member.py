"""A producer and a member of a group, with confluent-kafka."""

from confluent_kafka import Consumer, KafkaException, Producer
import member


def produce():
    producer = Producer({"bootstrap.servers": member.brokers})
    for key, value in member.records:
        producer.produce(member.topic, key=key, value=value)
    assert producer.flush(30) == 0


def consume():
    consumer = Consumer(
        {
            "bootstrap.servers": member.brokers,
            "group.id": member.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": member.session_timeout_ms,
            "heartbeat.interval.ms": member.heartbeat_interval_ms,
        }
    )
    consumer.subscribe(
        [member.topic],
        on_assign=lambda _, got: member.assigned(one.partition for one in got),
        on_revoke=lambda _, gone: member.assigned([]),
    )
    while not member.is_over():
        record = consumer.poll(0.1)
        if record is None or record.error():
            continue
        try:
            consumer.commit(record, asynchronous=False)
        except KafkaException:
            pass
        member.handled(record.partition(), record.offset(), record.value())
    consumer.close()


produce() if member.mode == "produce" else consume()
