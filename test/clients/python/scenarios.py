"""Scenarios of confluent-kafka (librdkafka): `scenarios.py NAME BROKERS ARGUMENTS`.

Arguments come as one JSON object, what was seen goes to standard output as one JSON value.
"""

import json
import sys
import time

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, Producer, TopicPartition
from confluent_kafka import ConsumerGroupState, TopicCollection
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

DEADLINE = 30
brokers = sys.argv[2]


def consumer(group, **options):
    return Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "heartbeat.interval.ms": 300,
            "session.timeout.ms": 6000,
            **options,
        }
    )


def until(done, *consumers):
    """Polls the consumers in turn until `done()`; returns the records that came."""
    records = []
    end = time.monotonic() + DEADLINE
    while not done(records):
        if time.monotonic() > end:
            raise TimeoutError(f"after {DEADLINE} s: {[shown(record) for record in records]}")
        for one in consumers:
            record = one.poll(0.05)
            if record is None:
                continue
            if record.error():
                raise KafkaException(record.error())
            records.append(record)
    return records


def shown(record):
    return {
        "partition": record.partition(),
        "offset": record.offset(),
        "key": text(record.key()),
        "value": text(record.value()),
        "timestamp": record.timestamp()[1],
        "headers": [[name, text(value)] for name, value in record.headers() or []],
    }


def text(data):
    return None if data is None else data.decode()


def send(producer, topic, records):
    failures = []

    def delivered(error, _):
        if error is not None:
            failures.append(str(error))

    for record in records:
        headers = [(name, None if value is None else value.encode()) for name, value in record.pop("headers", [])]
        producer.produce(topic, headers=headers, on_delivery=delivered, **record)
    left = producer.flush(DEADLINE)
    return {"undelivered": left, "failures": failures}


def produce(topic, records, options={}):
    return send(Producer({"bootstrap.servers": brokers, **options}), topic, records)


def consume(topic, count, group, options={}):
    one = consumer(group, **options)
    one.subscribe([topic])
    records = until(lambda seen: len(seen) >= count, one)
    one.commit(asynchronous=False)
    one.close()
    return [shown(record) for record in records]


def large(topic, size):
    sent = send(Producer({"bootstrap.servers": brokers}), topic, [{"value": b"v" * size}])
    one = consumer("large-" + topic)
    one.subscribe([topic])
    [record] = until(lambda seen: len(seen) >= 1, one)
    one.close()
    return {**sent, "whole": record.value() == b"v" * size}


def rebalance(topic, group, strategy, partitions):
    """Two members share a topic; one leaves and the other takes over, with nothing read twice or missed."""
    assignments = []

    def member(name):
        def assigned(one, got):
            assignments.append([name, "assigned", sorted(p.partition for p in got)])

        def revoked(one, gone):
            assignments.append([name, "revoked", sorted(p.partition for p in gone)])

        one = consumer(group, **{"partition.assignment.strategy": strategy, "client.id": name})
        one.subscribe([topic], on_assign=assigned, on_revoke=revoked)
        return one

    def held(one):
        return sorted(p.partition for p in one.assignment())

    everything = list(range(partitions))
    producer = Producer({"bootstrap.servers": brokers})
    first = member("first")
    until(lambda _: held(first) == everything, first)
    second = member("second")
    records = until(
        lambda _: len(held(second)) == partitions // 2 and sorted(held(first) + held(second)) == everything,
        first,
        second,
    )
    send(producer, topic, [{"value": f"shared {p}", "partition": p} for p in everything])
    records += until(lambda seen: len(seen) >= partitions, first, second)
    second.close()
    records += until(lambda _: held(first) == everything, first)
    send(producer, topic, [{"value": f"alone {p}", "partition": p} for p in everything])
    records += until(lambda seen: len(seen) >= partitions, first)
    revoked = [partitions for name, what, partitions in assignments if (name, what) == ("first", "revoked")]
    first.close()
    return {"values": sorted(text(record.value()) for record in records), "revokedFromFirst": revoked}


def static_member(topic, group):
    """A static member that restarts within its session gets its partition back, and the other member keeps its own."""
    events = []

    def member(name):
        one = consumer(group, **{"group.instance.id": name, "session.timeout.ms": 30000})
        one.subscribe(
            [topic],
            on_assign=lambda _, got: events.append([name, "assigned", [p.partition for p in got]]),
            on_revoke=lambda _, gone: events.append([name, "revoked", [p.partition for p in gone]]),
        )
        return one

    first, second = member("first"), member("second")
    until(lambda _: len(first.assignment()) == 1 and len(second.assignment()) == 1, first, second)
    [partition] = second.assignment()
    second.close()
    events.clear()
    second = member("second")
    until(lambda _: second.assignment() != [], first, second)
    restarted = list(events)
    same = [p.partition for p in second.assignment()] == [partition.partition]
    second.close()
    first.close()
    return {"same": same, "firstDisturbed": any(name == "first" for name, _, _ in restarted)}


def offsets_for_times(topic, group, timestamp):
    one = consumer(group)
    found = one.offsets_for_times([TopicPartition(topic, 0, timestamp)], timeout=DEADLINE)
    low, high = one.get_watermark_offsets(TopicPartition(topic, 0), timeout=DEADLINE)
    one.close()
    return {"offset": found[0].offset, "low": low, "high": high}


def unknown_topic(topic, group):
    one = consumer(group, **{"allow.auto.create.topics": False})
    one.subscribe([topic])
    try:
        until(lambda seen: seen, one)
    except KafkaException as error:
        return error.args[0].name()
    finally:
        one.close()


def transactions(source, target, id, count):
    """Each record goes on in a transaction of its own, the second of them aborted at first; then another producer of the
    id fences this one, which leaves a transaction open."""

    def transactional():
        producer = Producer({"bootstrap.servers": brokers, "transactional.id": id})
        producer.init_transactions(DEADLINE)
        return producer

    first = transactional()
    one = consumer(id, **{"isolation.level": "read_committed", "enable.auto.commit": False})
    one.subscribe([source])
    failed = []

    def through(seen):
        for record in seen:
            first.begin_transaction()
            first.produce(target, value=record.value())
            done = TopicPartition(source, record.partition(), record.offset() + 1)
            first.send_offsets_to_transaction([done], one.consumer_group_metadata(), DEADLINE)
            if record.offset() == 1 and not failed:
                failed.append(record)
                first.abort_transaction(DEADLINE)
                one.seek(TopicPartition(source, record.partition(), 1))
                break
            first.commit_transaction(DEADLINE)
            if record.offset() == count - 1:
                return True
        seen.clear()
        return False

    until(through, one)
    first.begin_transaction()
    first.produce(target, value="left open")
    first.flush(DEADLINE)
    second = transactional()
    fenced = None
    try:
        first.commit_transaction(DEADLINE)
    except KafkaException as error:
        fenced = error.args[0].name()
    second.begin_transaction()
    second.produce(target, value="end")
    second.commit_transaction(DEADLINE)
    [committed] = one.committed([TopicPartition(source, 0)], DEADLINE)
    one.close()
    reader = consumer(id + "-reader", **{"isolation.level": "read_committed"})
    reader.subscribe([target])
    records = until(lambda seen: any(text(record.value()) == "end" for record in seen), reader)
    reader.close()
    return {"fenced": fenced, "committed": committed.offset, "values": [text(record.value()) for record in records]}


def done(futures):
    """Results by name; an error as its name."""
    results = {}
    for key, future in futures.items():
        try:
            results[key] = future.result(DEADLINE)
        except KafkaException as error:
            results[key] = error.args[0].name()
    return results


def admin_topics(topic):
    admin = AdminClient({"bootstrap.servers": brokers})
    created = done(admin.create_topics([NewTopic(topic, 2, 1, config={"retention.ms": "60000"})]))[topic]
    again = done(admin.create_topics([NewTopic(topic, 2, 1)]))[topic]
    grown = done(admin.create_partitions([NewPartitions(topic, 3)]))[topic]
    described = done(admin.describe_topics(TopicCollection([topic])))[topic]
    resource = ConfigResource(ResourceType.TOPIC, topic)
    before = done(admin.describe_configs([resource]))[resource]
    change = ConfigEntry("cleanup.policy", "compact", incremental_operation=AlterConfigOpType.SET)
    altered = done(admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[change])]))
    after = done(admin.describe_configs([resource]))[resource]
    names = ["retention.ms", "cleanup.policy", "max.message.bytes"]
    deleted = done(admin.delete_topics([topic]))[topic]
    gone = done(admin.delete_topics([topic]))[topic]
    return {
        "created": created,
        "again": again,
        "grown": grown,
        "partitions": len(described.partitions),
        "before": {name: [before[name].value, before[name].is_default] for name in names},
        "altered": list(altered.values()),
        "after": {name: [after[name].value, after[name].is_default] for name in names},
        "deleted": deleted,
        "gone": gone,
    }


def admin_groups(topic, group):
    """Describes a live group, resets its offsets once it is empty, and deletes it."""
    admin = AdminClient({"bootstrap.servers": brokers})
    one = consumer(group, **{"client.id": "member"})
    one.subscribe([topic])
    until(lambda seen: len(seen) >= 3, one)
    one.commit(asynchronous=False)
    live = done(admin.describe_consumer_groups([group]))[group]
    one.close()
    empty = done(admin.describe_consumer_groups([group]))[group]
    listed = admin.list_consumer_groups(states={ConsumerGroupState.EMPTY}).result(DEADLINE)
    request = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0)])
    committed = done(admin.list_consumer_group_offsets([request]))[group].topic_partitions[0].offset
    reset = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 1)])
    done(admin.alter_consumer_group_offsets([reset]))
    after = done(admin.list_consumer_group_offsets([request]))[group].topic_partitions[0].offset
    deleted = done(admin.delete_consumer_groups([group]))[group]
    gone = done(admin.delete_consumer_groups([group]))[group]
    return {
        "live": live.state.name,
        "members": [[m.client_id, [p.partition for p in m.assignment.topic_partitions]] for m in live.members],
        "assignor": live.partition_assignor,
        "empty": empty.state.name,
        "listed": group in [entry.group_id for entry in listed.valid],
        "committed": committed,
        "reset": after,
        "deleted": deleted,
        "gone": gone,
    }


def admin_records(topic):
    """Offsets by specification, and records deleted from the start of a log."""
    admin = AdminClient({"bootstrap.servers": brokers})
    partition = TopicPartition(topic, 0)

    def offset(specification):
        return done(admin.list_offsets({partition: specification}))[partition].offset

    specifications = [OffsetSpec.earliest(), OffsetSpec.latest(), OffsetSpec.max_timestamp()]
    before = [offset(specification) for specification in specifications]
    deleted = done(admin.delete_records([TopicPartition(topic, 0, 2)]))[TopicPartition(topic, 0, 2)]
    cluster = admin.describe_cluster().result(DEADLINE)
    return {
        "before": before,
        "low": deleted if isinstance(deleted, str) else deleted.low_watermark,
        "after": offset(OffsetSpec.earliest()),
        "nodes": [f"{node.host}:{node.port}" for node in cluster.nodes],
    }


print(json.dumps(globals()[sys.argv[1]](**json.loads(sys.argv[3]))))
