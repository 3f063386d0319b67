// A producer and a member of a group, with franz-go.
package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"kafka-testkit/clients/member"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	arguments := member.Parse()
	switch arguments.Mode {
	case "produce":
		produce(arguments)
	case "transact":
		transact(arguments)
	default:
		consume(arguments)
	}
}

// transact sends what comes on to the topic's "-out" in transactions, of which the first is aborted, until one had "end".
func transact(arguments member.Arguments) {
	session, err := kgo.NewGroupTransactSession(
		kgo.SeedBrokers(arguments.Brokers),
		kgo.TransactionalID(arguments.Group),
		kgo.ConsumerGroup(arguments.Group),
		kgo.ConsumeTopics(arguments.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.RequireStableFetchOffsets(),
		kgo.FetchMaxWait(100*time.Millisecond),
	)
	member.Fail(err)
	defer session.Close()
	tried := false
	for ended := false; !ended; {
		fetches := session.PollFetches(context.Background())
		if fetches.NumRecords() == 0 {
			continue
		}
		member.Fail(session.Begin())
		fetches.EachRecord(func(record *kgo.Record) {
			out := &kgo.Record{Topic: arguments.Topic + "-out", Value: record.Value}
			session.Produce(context.Background(), out, func(_ *kgo.Record, err error) { member.Fail(err) })
			ended = ended || string(record.Value) == "end"
		})
		// What has not been sent when a transaction is aborted never will be.
		member.Fail(session.Client().Flush(context.Background()))
		committed, err := session.End(context.Background(), kgo.TransactionEndTry(tried))
		member.Fail(err)
		tried = true
		ended = ended && committed
	}
}

func produce(arguments member.Arguments) {
	client, err := kgo.NewClient(kgo.SeedBrokers(arguments.Brokers))
	member.Fail(err)
	defer client.Close()
	for n := range arguments.Count {
		record := &kgo.Record{Topic: arguments.Topic, Key: fmt.Appendf(nil, "key %d", n), Value: fmt.Appendf(nil, "record %d", n)}
		member.Fail(client.ProduceSync(context.Background(), record).FirstErr())
	}
}

func consume(arguments member.Arguments) {
	over := member.UntilInterrupted()
	var lock sync.Mutex
	held := []int32{}
	note := func(change func()) {
		lock.Lock()
		defer lock.Unlock()
		change()
		slices.Sort(held)
		member.Assigned(held)
	}
	lost := func(_ context.Context, _ *kgo.Client, gone map[string][]int32) {
		note(func() {
			held = slices.DeleteFunc(held, func(one int32) bool { return slices.Contains(gone[arguments.Topic], one) })
		})
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(arguments.Brokers),
		kgo.ConsumerGroup(arguments.Group),
		kgo.ConsumeTopics(arguments.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
		kgo.SessionTimeout(6*time.Second),
		kgo.HeartbeatInterval(500*time.Millisecond),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, got map[string][]int32) {
			note(func() { held = append(held, got[arguments.Topic]...) })
		}),
		kgo.OnPartitionsRevoked(lost),
		kgo.OnPartitionsLost(lost),
	)
	member.Fail(err)
	for over.Err() == nil {
		fetches := client.PollFetches(over)
		fetches.EachRecord(func(record *kgo.Record) {
			_ = client.CommitRecords(over, record)
			member.Handled(record.Partition, record.Offset, record.Value)
		})
	}
	client.Close()
}
