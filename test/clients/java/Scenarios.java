import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Scenarios of Kafka's own client: `Scenarios NAME BROKERS ARGUMENTS`; JSON in, JSON out. */
public class Scenarios {
  static final Duration DEADLINE = Duration.ofSeconds(30);
  static final ObjectMapper JSON = new ObjectMapper();
  static String brokers;

  public static void main(String[] args) throws Exception {
    brokers = args[1];
    JsonNode arguments = JSON.readTree(args[2]);
    Object result =
        switch (args[0]) {
          case "produce" -> produce(arguments);
          case "consume" -> consume(arguments);
          case "large" -> large(arguments);
          case "rebalance" -> rebalance(arguments);
          case "staticMember" -> staticMember(arguments);
          case "offsetsForTimes" -> offsetsForTimes(arguments);
          case "unknownTopic" -> unknownTopic(arguments);
          case "admin" -> admin(arguments);
          case "transactions" -> transactions(arguments);
          default -> throw new IllegalArgumentException(args[0]);
        };
    System.out.println(JSON.writeValueAsString(result));
  }

  static Properties properties(JsonNode options) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    if (options != null) options.properties().forEach((option) -> properties.put(option.getKey(), option.getValue().asText()));
    return properties;
  }

  static KafkaProducer<String, String> producer(JsonNode options) {
    return new KafkaProducer<>(properties(options), new StringSerializer(), new StringSerializer());
  }

  static KafkaConsumer<String, String> consumer(String group, Map<String, Object> options) {
    Properties properties = properties(null);
    properties.put("group.id", group);
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    properties.put("heartbeat.interval.ms", "300");
    properties.put("session.timeout.ms", "6000");
    properties.putAll(options);
    return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
  }

  /** Polls the consumers in turn until what came, and their assignments, are as wanted. */
  @SafeVarargs
  static List<ConsumerRecord<String, String>> until(
      Predicate<List<ConsumerRecord<String, String>>> done, KafkaConsumer<String, String>... consumers) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!done.test(records)) {
      if (System.nanoTime() > end) throw new IllegalStateException("not within " + DEADLINE + ": " + records);
      for (KafkaConsumer<String, String> consumer : consumers) consumer.poll(Duration.ofMillis(50)).forEach(records::add);
    }
    return records;
  }

  static Object produce(JsonNode arguments) throws Exception {
    List<Long> offsets = new ArrayList<>();
    try (KafkaProducer<String, String> producer = producer(arguments.get("options"))) {
      List<java.util.concurrent.Future<RecordMetadata>> sent = new ArrayList<>();
      for (JsonNode record : arguments.get("records")) sent.add(producer.send(record(arguments, record)));
      for (var future : sent) offsets.add(future.get(30, TimeUnit.SECONDS).offset());
    }
    return offsets;
  }

  static ProducerRecord<String, String> record(JsonNode arguments, JsonNode record) {
    ProducerRecord<String, String> made =
        new ProducerRecord<>(
            arguments.get("topic").asText(),
            record.has("partition") ? record.get("partition").asInt() : null,
            record.has("timestamp") ? record.get("timestamp").asLong() : null,
            record.path("key").textValue(),
            record.path("value").textValue());
    for (JsonNode header : record.path("headers")) {
      String value = header.get(1).textValue();
      made.headers().add(header.get(0).asText(), value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }
    return made;
  }

  static Map<String, Object> shown(ConsumerRecord<String, String> record) {
    List<List<String>> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(Arrays.asList(header.key(), header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8)));
    }
    Map<String, Object> shown = new HashMap<>();
    shown.put("partition", record.partition());
    shown.put("offset", record.offset());
    shown.put("timestamp", record.timestamp());
    shown.put("key", record.key());
    shown.put("value", record.value());
    shown.put("headers", headers);
    return shown;
  }

  static Object consume(JsonNode arguments) {
    int count = arguments.get("count").asInt();
    try (KafkaConsumer<String, String> consumer = consumer(arguments.get("group").asText(), Map.of())) {
      consumer.subscribe(List.of(arguments.get("topic").asText()));
      var records = until((seen) -> seen.size() >= count, consumer);
      consumer.commitSync();
      return records.stream().map(Scenarios::shown).toList();
    }
  }

  static Object large(JsonNode arguments) throws Exception {
    String topic = arguments.get("topic").asText();
    String value = "v".repeat(arguments.get("size").asInt());
    try (KafkaProducer<String, String> producer = producer(null);
        KafkaConsumer<String, String> consumer = consumer("large-" + topic, Map.of())) {
      producer.send(new ProducerRecord<>(topic, value)).get(30, TimeUnit.SECONDS);
      consumer.subscribe(List.of(topic));
      return Map.of("whole", until((seen) -> !seen.isEmpty(), consumer).get(0).value().equals(value));
    }
  }

  static TreeSet<Integer> held(KafkaConsumer<String, String> consumer) {
    TreeSet<Integer> partitions = new TreeSet<>();
    for (TopicPartition partition : consumer.assignment()) partitions.add(partition.partition());
    return partitions;
  }

  /** Two members share a topic; one leaves and the other takes over. */
  static Object rebalance(JsonNode arguments) throws Exception {
    String topic = arguments.get("topic").asText();
    String group = arguments.get("group").asText();
    int partitions = arguments.get("partitions").asInt();
    Map<String, Object> options = Map.of("partition.assignment.strategy", arguments.get("assignor").asText());
    List<Integer> revoked = new ArrayList<>();
    KafkaConsumer<String, String> first = consumer(group, options);
    first.subscribe(
        List.of(topic),
        new ConsumerRebalanceListener() {
          public void onPartitionsAssigned(Collection<TopicPartition> got) {}

          public void onPartitionsRevoked(Collection<TopicPartition> gone) {
            if (!gone.isEmpty()) revoked.add(gone.size());
          }
        });
    until((seen) -> held(first).size() == partitions, first);
    KafkaConsumer<String, String> second = consumer(group, options);
    second.subscribe(List.of(topic));
    until((seen) -> held(first).size() + held(second).size() == partitions && !held(second).isEmpty(), first, second);
    sendToEach(topic, "shared", partitions);
    var records = until((seen) -> seen.size() >= partitions, first, second);
    first.commitSync();
    second.commitSync();
    second.close();
    records.addAll(until((seen) -> held(first).size() == partitions, first));
    sendToEach(topic, "alone", partitions);
    records.addAll(until((seen) -> seen.size() >= partitions, first));
    List<Integer> revokedFromFirst = List.copyOf(revoked);
    first.close();
    return Map.of("values", records.stream().map(ConsumerRecord::value).sorted().toList(), "revokedFromFirst", revokedFromFirst);
  }

  static void sendToEach(String topic, String word, int partitions) throws Exception {
    try (KafkaProducer<String, String> producer = producer(null)) {
      for (int partition = 0; partition < partitions; partition++) {
        producer.send(new ProducerRecord<>(topic, partition, null, word + " " + partition)).get(30, TimeUnit.SECONDS);
      }
    }
  }

  /** A static member that restarts within its session gets its partition back. */
  static Object staticMember(JsonNode arguments) {
    String topic = arguments.get("topic").asText();
    String group = arguments.get("group").asText();
    KafkaConsumer<String, String> first = consumer(group, Map.of("group.instance.id", "first"));
    KafkaConsumer<String, String> second = consumer(group, Map.of("group.instance.id", "second"));
    List<KafkaConsumer<String, String>> both = List.of(first, second);
    both.forEach((consumer) -> consumer.subscribe(List.of(topic)));
    until((seen) -> held(first).size() == 1 && held(second).size() == 1, first, second);
    int generation = first.groupMetadata().generationId();
    TreeSet<Integer> before = held(second);
    second.close();
    KafkaConsumer<String, String> again = consumer(group, Map.of("group.instance.id", "second"));
    again.subscribe(List.of(topic));
    until((seen) -> held(again).size() == 1, first, again);
    boolean same = held(again).equals(before) && first.groupMetadata().generationId() == generation;
    again.close();
    first.close();
    return Map.of("same", same);
  }

  static Object offsetsForTimes(JsonNode arguments) {
    TopicPartition partition = new TopicPartition(arguments.get("topic").asText(), 0);
    try (KafkaConsumer<String, String> consumer = consumer("offsets-for-times", Map.of())) {
      var found = consumer.offsetsForTimes(Map.of(partition, arguments.get("timestamp").asLong())).get(partition);
      Map<String, Object> result = new TreeMap<>();
      result.put("offset", found == null ? null : found.offset());
      result.put("beginning", consumer.beginningOffsets(List.of(partition)).get(partition));
      result.put("end", consumer.endOffsets(List.of(partition)).get(partition));
      return result;
    }
  }

  /** A consumer that may not create its topic goes on without it. */
  static Object unknownTopic(JsonNode arguments) {
    String topic = arguments.get("topic").asText();
    try (KafkaConsumer<String, String> consumer = consumer("unknown-topic", Map.of("allow.auto.create.topics", "false"))) {
      consumer.subscribe(List.of(topic));
      int seen = consumer.poll(Duration.ofMillis(500)).count();
      return Map.of("records", seen, "assignment", held(consumer), "listed", consumer.listTopics().containsKey(topic));
    }
  }

  /** Offsets of a group are set, the log is described by time, and a mistake is answered by Kafka's own exception. */
  static Object admin(JsonNode arguments) throws Exception {
    TopicPartition partition = new TopicPartition(arguments.get("topic").asText(), 0);
    String group = arguments.get("group").asText();
    Map<String, Object> result = new TreeMap<>();
    try (Admin admin = Admin.create(properties(null))) {
      admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(2, "by hand"))).all().get();
      var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition);
      result.put("committed", List.of(committed.offset(), committed.metadata()));
      var latest = admin.listOffsets(Map.of(partition, OffsetSpec.latest())).all().get().get(partition);
      result.put("latest", latest.offset());
      admin.deleteConsumerGroupOffsets(group, java.util.Set.of(partition)).all().get();
      result.put("afterDelete", admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().size());
      result.put("missing", failure(() -> admin.describeTopics(List.of("missing-topic")).allTopicNames().get()));
      result.put("invalid", failure(() -> admin.createTopics(List.of(new org.apache.kafka.clients.admin.NewTopic("no/slash", 1, (short) 1))).all().get()));
      result.put("nodes", admin.describeCluster().nodes().get().stream().map((node) -> node.host() + ":" + node.port()).toList());
    }
    return result;
  }

  /**
   * Each record goes on in a transaction of its own, the second of them aborted at first; then another producer of the id
   * fences this one, which leaves a transaction open.
   */
  static Object transactions(JsonNode arguments) throws Exception {
    String from = arguments.get("from").asText();
    String to = arguments.get("to").asText();
    String id = arguments.get("id").asText();
    int count = arguments.get("count").asInt();
    KafkaProducer<String, String> first = transactional(id);
    KafkaProducer<String, String> second = transactional(id);
    Map<String, Object> result = new TreeMap<>();
    try (KafkaConsumer<String, String> consumer = consumer(id, Map.of("isolation.level", "read_committed"))) {
      first.initTransactions();
      consumer.subscribe(List.of(from));
      boolean[] failed = {false};
      until(
          (seen) -> {
            for (var record : seen) {
              first.beginTransaction();
              first.send(new ProducerRecord<>(to, record.value()));
              TopicPartition partition = new TopicPartition(from, record.partition());
              first.sendOffsetsToTransaction(
                  Map.of(partition, new OffsetAndMetadata(record.offset() + 1)), consumer.groupMetadata());
              if (record.offset() == 1 && !failed[0]) {
                failed[0] = true;
                first.abortTransaction();
                consumer.seek(partition, 1);
                seen.clear();
                return false;
              }
              first.commitTransaction();
              if (record.offset() == count - 1) return true;
            }
            seen.clear();
            return false;
          },
          consumer);
      first.beginTransaction();
      first.send(new ProducerRecord<>(to, "left open")).get(30, TimeUnit.SECONDS);
      try (Admin admin = Admin.create(properties(null))) {
        result.put("open", admin.describeTransactions(List.of(id)).all().get().get(id).state().toString());
        second.initTransactions();
        result.put("fenced", fencing(() -> first.commitTransaction()));
        second.beginTransaction();
        second.send(new ProducerRecord<>(to, "end"));
        second.commitTransaction();
        var committed = admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata().get();
        result.put("committed", committed.get(new TopicPartition(from, 0)).offset());
      }
    }
    try (KafkaConsumer<String, String> reader = consumer(id + "-reader", Map.of("isolation.level", "read_committed"))) {
      reader.subscribe(List.of(to));
      var records = until((seen) -> seen.stream().anyMatch((record) -> record.value().equals("end")), reader);
      result.put("values", records.stream().map(ConsumerRecord::value).toList());
    }
    second.close();
    first.close(Duration.ZERO);
    return result;
  }

  static KafkaProducer<String, String> transactional(String id) {
    Properties properties = properties(null);
    properties.put("transactional.id", id);
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }

  static String fencing(Attempt attempt) throws Exception {
    try {
      attempt.run();
      return null;
    } catch (org.apache.kafka.common.KafkaException error) {
      return error.getClass().getSimpleName();
    }
  }

  interface Attempt {
    void run() throws Exception;
  }

  static String failure(Attempt attempt) throws Exception {
    try {
      attempt.run();
      return null;
    } catch (ExecutionException error) {
      return error.getCause().getClass().getSimpleName();
    }
  }
}
