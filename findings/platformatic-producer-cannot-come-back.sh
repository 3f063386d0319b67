#!/usr/bin/env bash
# @platformatic/kafka 2.12.1: a service whose producer has a transactionalId can be started once. In InitProducerId (version
# 5) the client asks for producer 0 in epoch 0 where nothing is known yet, and not for -1 and -1, by which Kafka (KIP-360)
# means "I am new". Kafka takes it for somebody who was producer 0, and fences it where another one has the transactional id:
# its first producer is served, as there is nothing yet to compare with, and each that comes after it, so each restart of the
# service, fails with PRODUCER_FENCED. Only of the very first producer of a cluster, which is number 0, it is right by chance.
# `producerId: -1n, producerEpoch: -1` in its options is the way out.
#
# Guess before the run: the second producer gets the next epoch and fences the first.
# Seen: "first: ok", "second: PRODUCER_FENCED", "told that it is new: ok", against Apache Kafka 4.4.0 (needs Java, Maven, Node).
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${broker:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
cat > pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.4.0</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B dependency:copy-dependencies -DoutputDirectory=libs > log 2>&1 || { cat log; exit 1; }
port=$((20000 + RANDOM % 20000))
cat > server.properties <<P
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
controller.listener.names=CONTROLLER
log.dirs=$folder/data
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
P
java -cp 'libs/*' kafka.tools.StorageTool format -t 4L6g3nShT-eMCtK--X86sw -c server.properties > log 2>&1
java -Xmx512m -cp 'libs/*' kafka.Kafka server.properties > kafka.log 2>&1 &
broker=$!
npm install --silent --no-audit --no-fund @platformatic/kafka@2.12.1
cat > produce.mjs <<'JAVASCRIPT'
import { Producer, stringSerializers } from '@platformatic/kafka'

const options = {
  clientId: 'finding',
  bootstrapBrokers: [process.env.BROKER],
  idempotent: true,
  transactionalId: 'payments',
  autocreateTopics: true,
  serializers: stringSerializers,
}
async function start(name, more = {}) {
  const producer = new Producer({ ...options, ...more })
  try {
    const transaction = await producer.beginTransaction()
    await transaction.send({ messages: [{ topic: 'orders', value: 'x' }] })
    await transaction.commit()
    console.log(`${name}: ok`)
  } catch (error) {
    const errors = [error, ...(error.errors ?? [])]
    console.log(`${name}: ${errors.find(({ apiId }) => apiId !== undefined)?.apiId ?? error.message}`)
  }
  await producer.close()
}
await start('producer 0 of the cluster', { transactionalId: 'another' })
await start('first')
await start('second')
await start('told that it is new', { producerId: -1n, producerEpoch: -1 })
process.exit()
JAVASCRIPT
until (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do kill -0 "$broker"; done
BROKER=127.0.0.1:$port node produce.mjs | tee seen
diff seen - <<'SEEN'
producer 0 of the cluster: ok
first: ok
second: PRODUCER_FENCED
told that it is new: ok
SEEN
