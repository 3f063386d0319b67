#!/usr/bin/env bash
# librdkafka 2.16.1 (confluent-kafka 2.16.1 from PyPI) asks for all topics by a Metadata request that is three bytes too
# long. The null array of topics takes four zero bytes, as in the versions before 9, where the flexible versions have one.
# So a broker reads the array, takes two of the zeros for allow_auto_topic_creation and
# include_topic_authorized_operations and the third for "no tagged fields", and is left with the true fields: 01 00 00.
# Apache Kafka leaves what is left over unread, so nobody sees it; a proxy or a test double that holds a frame to its
# length closes the connection, and this client can't list topics.
#
# Guess before the run: the request ends with its tagged fields, as the one for named topics does.
# Seen: the three lines that the last command compares.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: confluent-kafka==2.16.1
cat > "$folder/listen.py" <<'PYTHON'
"""A listener that answers ApiVersions and Metadata, and prints what follows the last field of each Metadata 13."""

import socket
import struct
import threading

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

OFFERED = [(0, 3, 13), (1, 4, 18), (3, 0, 13), (18, 0, 4), (60, 0, 2)]
seen = {}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def after_tags(data, at):
    count, at = varint(data, at)
    for _ in range(count):
        _, at = varint(data, at)
        size, at = varint(data, at)
        at += size
    return at


def note(body):
    """Reads topics (id, name), allow_auto_topic_creation, include_topic_authorized_operations; keeps what is left."""
    length, at = varint(body, 0)
    for _ in range(max(0, length - 1)):
        name, at = varint(body, at + 16)
        at = after_tags(body, at + max(0, name - 1))
    asked = "all topics" if length == 0 else "no topic" if length == 1 else "named topics"
    seen[asked] = body[after_tags(body, at + 2) :].hex() or "nothing"


def answer_to(frame, port):
    key, version, correlation, client = struct.unpack(">hhih", frame[:10])
    if key == 18:
        rows = b"".join(struct.pack(">hhhB", *row, 0) for row in OFFERED)
        return struct.pack(">ihB", correlation, 0, len(OFFERED) + 1) + rows + struct.pack(">iB", 0, 0)
    assert (key, version) == (3, 13), f"API {key} version {version} was not expected"
    note(frame[after_tags(frame, 10 + max(0, client)) :])
    host = b"127.0.0.1"
    broker = struct.pack(">iB", 1, len(host) + 1) + host + struct.pack(">iBB", port, 0, 0)
    # One broker, the cluster's id, the controller, no topic, no error.
    return struct.pack(">iBiB", correlation, 0, 0, 2) + broker + b"\2c" + struct.pack(">iBhB", 1, 1, 0, 0)


def serve(connection, port):
    stream = connection.makefile("rb")
    while size := stream.read(4):
        answer = answer_to(stream.read(struct.unpack(">i", size)[0]), port)
        connection.sendall(struct.pack(">i", len(answer)) + answer)


def accept(server, port):
    while True:
        threading.Thread(target=serve, args=(server.accept()[0], port), daemon=True).start()


server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
threading.Thread(target=accept, args=(server, port), daemon=True).start()
admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{port}"})
admin.list_topics(timeout=20)
try:
    admin.list_topics("orders", timeout=5)
except KafkaException:
    pass  # The listener has no such topic; its request was seen.
for asked, left in sorted(seen.items()):
    print(f"Metadata 13 for {asked}: {left} is left")
PYTHON
"$folder/venv/bin/python" "$folder/listen.py" 2> "$folder/log" | tee "$folder/seen" || cat "$folder/log"
diff "$folder/seen" - <<'SEEN'
Metadata 13 for all topics: 010000 is left
Metadata 13 for named topics: nothing is left
Metadata 13 for no topic: nothing is left
SEEN
