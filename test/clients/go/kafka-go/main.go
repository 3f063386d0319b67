// A producer and a member of a group, with segmentio/kafka-go.
package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kafka-testkit/clients/member"

	"github.com/segmentio/kafka-go"
)

func main() {
	arguments := member.Parse()
	if arguments.Mode == "produce" {
		produce(arguments)
	} else {
		consume(arguments)
	}
}

func produce(arguments member.Arguments) {
	writer := &kafka.Writer{
		Addr:         kafka.TCP(arguments.Brokers),
		Topic:        arguments.Topic,
		BatchTimeout: 5 * time.Millisecond,
		// By default it waits for no answer.
		RequiredAcks: kafka.RequireAll,
	}
	for n := range arguments.Count {
		record := kafka.Message{Key: fmt.Appendf(nil, "key %d", n), Value: fmt.Appendf(nil, "record %d", n)}
		member.Fail(writer.WriteMessages(context.Background(), record))
	}
	member.Fail(writer.Close())
}

var partition = regexp.MustCompile(`partition:(\d+)`)

// A Reader tells its partitions to its logger only.
func log(format string, values ...any) {
	if !strings.HasPrefix(format, "subscribed to topics and partitions") {
		return
	}
	held := []int32{}
	for _, found := range partition.FindAllStringSubmatch(fmt.Sprintf("%+v", values), -1) {
		number, _ := strconv.Atoi(found[1])
		held = append(held, int32(number))
	}
	slices.Sort(held)
	member.Assigned(held)
}

func consume(arguments member.Arguments) {
	over := member.UntilInterrupted()
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers:           []string{arguments.Brokers},
		Topic:             arguments.Topic,
		GroupID:           arguments.Group,
		StartOffset:       kafka.FirstOffset,
		MaxWait:           500 * time.Millisecond,
		SessionTimeout:    6 * time.Second,
		HeartbeatInterval: 500 * time.Millisecond,
		Logger:            kafka.LoggerFunc(log),
	})
	for over.Err() == nil {
		record, err := reader.FetchMessage(over)
		if err != nil {
			continue
		}
		_ = reader.CommitMessages(over, record)
		member.Handled(int32(record.Partition), record.Offset, record.Value)
	}
	member.Fail(reader.Close())
}
