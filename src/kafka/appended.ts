import type { Cluster, StoredRecord, TopicReader } from '../cluster/cluster.ts'

/** Keeps each record that is appended to the clusters that it watches: an application that prints it has yet to fetch it. */
export class AppendedRecords {
  readonly records: StoredRecord[] = []
  readonly #watches: (() => void)[] = []

  watch(cluster: Cluster): void {
    const readers = new Map<string, TopicReader>()
    const stop = cluster.onEvent((event) => {
      if (event.kind !== 'produced') return
      const reader = readers.get(event.topic) ?? cluster.reader(event.topic, 'beginning', 'read_uncommitted')
      readers.set(event.topic, reader)
      reader.read().then(
        (more) => this.records.push(...more),
        () => {},
      )
    })
    this.#watches.push(stop)
  }

  stop(): void {
    for (const stop of this.#watches) stop()
  }
}
