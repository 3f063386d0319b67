#!/usr/bin/env bash
# @platformatic/kafka 2.12.1 with autocommit (true, its default) commits records before the application has seen them. The
# commit goes out as soon as a fetch was answered, for all records in the answer, while the first of them is still being
# handled. A process that dies then has lost the others for good: at most once, where "autocommit" of Java's client and of
# kafkajs means at least once for a loop that handles before it asks for more.
#
# Guess before the run: the commit follows the handler, record by record or at the next fetch.
# Seen: "handled 0, committed 3 of 3", against franz-go's kfake (needs Go and Node).
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${broker:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
mkdir "$folder/broker"
cat > "$folder/broker/main.go" <<'GO'
package main

import (
	"fmt"

	"github.com/twmb/franz-go/pkg/kfake"
)

func main() {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"))
	if err != nil {
		panic(err)
	}
	fmt.Println(cluster.ListenAddrs()[0])
	select {}
}
GO
(
  cd "$folder/broker"
  go mod init broker
  # kfake needs a later franz-go than the one that its own go.mod names.
  go get github.com/twmb/franz-go/pkg/kfake@v0.0.0-20260918054303-01f206a7e32c github.com/twmb/franz-go@v1.22.3
  go build -o ../kfake .
) > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
mkfifo "$folder/address"
"$folder/kfake" > "$folder/address" &
broker=$!
read -r BROKER < "$folder/address"
cd "$folder"
npm install --silent --no-audit --no-fund @platformatic/kafka@2.12.1
cat > consume.mjs <<'JAVASCRIPT'
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

const base = { clientId: 'finding', bootstrapBrokers: [process.env.BROKER] }
const producer = new Producer({ ...base, serializers: stringSerializers })
await producer.send({ messages: ['a', 'b', 'c'].map((value) => ({ topic: 'orders', value })) })
const consumer = new Consumer({ ...base, groupId: 'billing', deserializers: stringDeserializers })
const stream = await consumer.consume({ topics: ['orders'], mode: 'earliest', sessionTimeout: 10_000 })
const admin = new Admin(base)
let handled = 0
for await (const _record of stream) {
  // The handler of the first record: it takes until the group has committed anything, 10 s at most.
  const end = Date.now() + 10_000
  let offset = -1
  while (offset < 0 && Date.now() < end) {
    const [group] = await admin.listConsumerGroupOffsets({ groups: ['billing'] })
    offset = Number(group.topics[0]?.partitions[0]?.committedOffset ?? -1)
  }
  console.log(`handled ${handled}, committed ${offset} of 3`)
  break
}
process.exit()
JAVASCRIPT
BROKER=$BROKER node consume.mjs | tee seen
grep -qx 'handled 0, committed 3 of 3' seen
