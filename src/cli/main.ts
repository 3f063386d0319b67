#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'

// `history | head` closes our output early, which is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const program = new Command('kafka-testkit')
  .description('Tests of Kafka code: an embedded broker, and the history of test runs')
  .version(version)
  .showHelpAfterError('(kafka-testkit --help lists the commands)')

program
  .command('init')
  .description('set up this project: the config of its runner, .gitignore, a first test; run again it changes nothing')
  .addOption(new Option('--runner <runner>', 'where both or neither are there').choices(['vitest', 'jest']))
  .option('--workspace <package>', 'the package of a monorepo, by its name or folder')
  .option('--dry-run', 'show the changes as a diff and write nothing')
  .action(async (options) => (await import('./init.ts')).init(options))

const history = program
  .command('history')
  .description('list the runs of the local store, the newest first')
  .option('--json', 'as JSON')
  .action(async (options: { json?: boolean }) => (await import('./history-list.ts')).listHistory(options))

history
  .command('show <id>')
  .description('print what the tests of a run did; "latest" is the newest, the beginning of an id is enough')
  .option('--test <name>', 'only tests whose name contains this')
  .option('--json', 'as JSON')
  .action(async (id: string, options: { test?: string }, command: Command) =>
    // --json may stand before or behind "show": both commands have it.
    (await import('./history-show.ts')).showHistory(id, {
      ...options,
      ...command.optsWithGlobals<{ json?: boolean }>(),
    }),
  )

program
  .command('broker')
  .description('run an embedded broker until it is stopped (Ctrl-C)')
  .option('--port <port>', 'the port to listen on', wholeNumber, 9092)
  .option('--host <host>', 'the address to listen on', '127.0.0.1')
  .option('--auto-create', 'create topics when a client first asks for them', false)
  .option('--partitions <n>', 'partitions of a topic when nobody says how many', wholeNumber, 1)
  .action(async (options) => (await import('./broker.ts')).runBroker(options))

program
  .command('serve')
  .description('run an endpoint that collects the runs of a team, until it is stopped (Ctrl-C)')
  .option('--port <port>', 'the port to listen on', wholeNumber, 7092)
  .option('--host <host>', 'the address to listen on', '127.0.0.1')
  .option('--data <folder>', 'where everything is kept', 'kafka-testkit-data')
  .action(async (options) => (await import('./serve.ts')).runServe(options))

try {
  await program.parseAsync()
} catch (error) {
  console.error(`kafka-testkit: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is wanted')
  return Number(text)
}
