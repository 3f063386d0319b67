"""What the programs of all Python clients have in common: they print what they see, a JSON value a line.

`PROGRAM member BROKERS TOPIC GROUP` is a member of a group until it is interrupted, `PROGRAM produce BROKERS TOPIC
COUNT` produces so many records.
"""

import json
import signal
import sys

mode, brokers, topic, last = sys.argv[1:]
group = last
count = int(last) if mode == "produce" else 0
records = [(f"key {n}".encode(), f"record {n}".encode()) for n in range(count)]

session_timeout_ms = 6000
heartbeat_interval_ms = 500

interrupted = False


def interrupt(*_):
    global interrupted
    interrupted = True


signal.signal(signal.SIGINT, interrupt)


def is_over():
    return interrupted


def assigned(partitions):
    print(json.dumps({"assigned": sorted(partitions)}), flush=True)


def handled(partition, offset, value):
    """Of a record after the attempt to commit it, which fails where the partition was lost meanwhile."""
    print(json.dumps({"partition": partition, "offset": offset, "value": value.decode()}), flush=True)
