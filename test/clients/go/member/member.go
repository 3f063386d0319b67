// Package member is what the programs of all Go clients have in common: they print what they see, a JSON value a line.
package member

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
)

// Arguments of a program: `member BROKERS TOPIC GROUP` or `produce BROKERS TOPIC COUNT`; of franz-go `transact` as `member`.
type Arguments struct {
	Mode    string
	Brokers string
	Topic   string
	Group   string
	Count   int
}

func Parse() Arguments {
	mode, last := os.Args[1], os.Args[4]
	arguments := Arguments{Mode: mode, Brokers: os.Args[2], Topic: os.Args[3], Group: last}
	if mode == "produce" {
		arguments.Count, _ = strconv.Atoi(last)
	}
	return arguments
}

// UntilInterrupted is over when the program is asked to leave its group.
func UntilInterrupted() context.Context {
	over, _ := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	return over
}

var output sync.Mutex

// Assigned prints the partitions that the member has now.
func Assigned(partitions []int32) {
	if partitions == nil {
		partitions = []int32{}
	}
	print(map[string]any{"assigned": partitions})
}

// Handled prints a record after the attempt to commit it, which fails where the partition was lost meanwhile.
func Handled(partition int32, offset int64, value []byte) {
	print(map[string]any{"partition": partition, "offset": offset, "value": string(value)})
}

func print(value any) {
	output.Lock()
	defer output.Unlock()
	_ = json.NewEncoder(os.Stdout).Encode(value)
}

// Fail ends the program with what went wrong.
func Fail(err error) {
	if err == nil {
		return
	}
	_, _ = os.Stderr.WriteString(err.Error() + "\n")
	os.Exit(1)
}
