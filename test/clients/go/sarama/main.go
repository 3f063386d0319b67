// A producer and a member of a group, with sarama.
package main

import (
	"fmt"
	"time"

	"kafka-testkit/clients/member"

	"github.com/IBM/sarama"
)

func main() {
	arguments := member.Parse()
	config := sarama.NewConfig()
	config.Version = sarama.MaxVersion
	config.Producer.Return.Successes = true
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Enable = false
	config.Consumer.Group.Session.Timeout = 6 * time.Second
	config.Consumer.Group.Heartbeat.Interval = 500 * time.Millisecond
	if arguments.Mode == "produce" {
		produce(arguments, config)
	} else {
		consume(arguments, config)
	}
}

func produce(arguments member.Arguments, config *sarama.Config) {
	producer, err := sarama.NewSyncProducer([]string{arguments.Brokers}, config)
	member.Fail(err)
	for n := range arguments.Count {
		_, _, err := producer.SendMessage(&sarama.ProducerMessage{
			Topic: arguments.Topic,
			Key:   sarama.StringEncoder(fmt.Sprintf("key %d", n)),
			Value: sarama.StringEncoder(fmt.Sprintf("record %d", n)),
		})
		member.Fail(err)
	}
	member.Fail(producer.Close())
}

func consume(arguments member.Arguments, config *sarama.Config) {
	over := member.UntilInterrupted()
	group, err := sarama.NewConsumerGroup([]string{arguments.Brokers}, arguments.Group, config)
	member.Fail(err)
	for over.Err() == nil {
		// A connection that was cut ends a session with an error; the next call joins again.
		_ = group.Consume(over, []string{arguments.Topic}, handler{arguments.Topic})
	}
	member.Fail(group.Close())
}

type handler struct{ topic string }

func (handler handler) Setup(session sarama.ConsumerGroupSession) error {
	member.Assigned(session.Claims()[handler.topic])
	return nil
}

func (handler) Cleanup(sarama.ConsumerGroupSession) error {
	member.Assigned(nil)
	return nil
}

func (handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for record := range claim.Messages() {
		session.MarkMessage(record, "")
		session.Commit()
		member.Handled(record.Partition, record.Offset, record.Value)
	}
	return nil
}
