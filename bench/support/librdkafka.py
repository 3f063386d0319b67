"""Produces or consumes records by librdkafka: BROKERS TOPIC (produce|consume) RECORDS BYTES."""

import sys
import uuid

from confluent_kafka import Consumer, Producer

brokers, topic, way, records, size = sys.argv[1:4] + [int(number) for number in sys.argv[4:6]]

if way == "produce":
    producer = Producer({"bootstrap.servers": brokers, "linger.ms": 5, "queue.buffering.max.messages": records})
    value = b"v" * size
    for _ in range(records):
        producer.produce(topic, value)
    if producer.flush(60) > 0:
        raise SystemExit("records were not acknowledged within a minute")
else:
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": str(uuid.uuid4()), "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    seen = 0
    while seen < records:
        batch = consumer.consume(10_000, timeout=30)
        if not batch:
            raise SystemExit(f"{seen} of {records} records came within 30 seconds")
        seen += len(batch)
    consumer.close()
