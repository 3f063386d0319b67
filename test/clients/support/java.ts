import { join } from 'node:path'
import { kafkaJarsFolder } from '../../../scripts/kafka-jars.ts'

/** Kafka's jars: its client and its command-line tools. */
export const classpath: string = join(kafkaJarsFolder, '*')

/** What a short-lived JVM needs: these halve the start-up and keep it small. */
export const jvmOptions: readonly string[] = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx256m']
