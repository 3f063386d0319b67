//! A producer and a member of a group, with rdkafka (librdkafka): `member BROKERS TOPIC GROUP` until it is interrupted,
//! `produce BROKERS TOPIC COUNT`. What it sees it prints, a JSON value a line.

use std::env::args;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance};
use rdkafka::message::Message;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::ClientContext;

static OVER: AtomicBool = AtomicBool::new(false);

struct Told;

impl ClientContext for Told {}

impl ConsumerContext for Told {
    fn post_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let partitions: Vec<i32> = match rebalance {
            Rebalance::Assign(list) => list.elements().iter().map(|one| one.partition()).collect(),
            _ => Vec::new(),
        };
        println!("{{\"assigned\": {partitions:?}}}");
    }
}

fn main() {
    let [_, mode, brokers, topic, last] = &args().collect::<Vec<_>>()[..] else {
        panic!("usage: member BROKERS TOPIC GROUP | produce BROKERS TOPIC COUNT")
    };
    if mode == "produce" {
        produce(brokers, topic, last.parse().expect("a count"));
    } else {
        consume(brokers, topic, last);
    }
}

fn produce(brokers: &str, topic: &str, count: usize) {
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .create()
        .expect("a producer");
    for n in 0..count {
        let (key, value) = (format!("key {n}"), format!("record {n}"));
        producer
            .send(BaseRecord::to(topic).key(&key).payload(&value))
            .map_err(|(error, _)| error)
            .expect("it is queued");
    }
    producer
        .flush(Duration::from_secs(30))
        .expect("all is delivered");
}

fn consume(brokers: &str, topic: &str, group: &str) {
    ctrlc::set_handler(|| OVER.store(true, Ordering::Relaxed)).expect("a handler of signals");
    let consumer: BaseConsumer<Told> = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("session.timeout.ms", "6000")
        .set("heartbeat.interval.ms", "500")
        .create_with_context(Told)
        .expect("a consumer");
    consumer.subscribe(&[topic]).expect("a subscription");
    while !OVER.load(Ordering::Relaxed) {
        let Some(Ok(record)) = consumer.poll(Duration::from_millis(100)) else {
            continue;
        };
        // It fails where the partition was lost meanwhile.
        let _ = consumer.commit_message(&record, CommitMode::Sync);
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default()).into_owned();
        println!(
            "{{\"partition\": {}, \"offset\": {}, \"value\": {value:?}}}",
            record.partition(),
            record.offset()
        );
    }
}
