import { readFileSync } from 'node:fs'
import { Argument, Command, CommanderError, Option } from 'commander'
import { checkNode } from '../config/node-version.ts'
import { flagOf, pastTime, publicUrl, redactOption, wholeNumber } from './options.ts'
import { printable } from './text.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const program = new Command('kafka-testkit')
  .description('Tests of Kafka code: an embedded broker, and the history of test runs')
  .version(version)
  .showHelpAfterError('(kafka-testkit --help lists the commands)')
  .exitOverride()

program
  .command('init')
  .description('set up this project: the config of its runner, .gitignore, a first test; run again it changes nothing')
  .addOption(new Option('--runner <runner>', 'where both or neither are there').choices(['vitest', 'jest']))
  .option('--workspace <package>', 'the package of a monorepo, by its name or folder')
  .option('--dry-run', 'show the changes as a diff and write nothing')
  .action(async (options) => (await import('./init.ts')).init(options))

program
  .command('ci')
  .description('print a pipeline: the tests on every change, their history kept, every night on real Kafka')
  .addArgument(new Argument('<system>').choices(['github', 'gitlab', 'circleci', 'jenkins']))
  .action(async (system) => (await import('./ci.ts')).printPipeline(system))

const history = program
  .command('history')
  .description('list the runs of the local store, the newest first')
  .option('--json', 'as JSON')

history
  .command('list', { isDefault: true })
  .description('the same')
  .option('--branch <name>', 'only runs of this branch')
  .option('--environment <name>', 'only runs of this environment')
  .addOption(
    new Option('--status <status>', 'only runs that ended so; with --test, in which the test did').choices([
      'passed',
      'failed',
      'flaky',
      'skipped',
      'running',
      'lost',
    ]),
  )
  .option('--test <name>', 'how the tests went whose name contains this')
  .option('--since <time>', 'only runs since then: 30m, 12h, 7d, 2w ago, or a date', pastTime)
  .option('--limit <n>', 'how many, the newest', wholeNumber, 50)
  .option('--json', 'as JSON')
  .action(async (_, command: Command) => (await import('./history-list.ts')).listHistory(command.optsWithGlobals()))

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

history
  .command('compare')
  .description('what a run has that an earlier one had not: new failures, mended, flaky, slower')
  .argument('[before]', 'the beginning of an id; the run before the other, when it is left out')
  .argument('[after]', 'the beginning of an id', 'latest')
  .option('--json', 'as JSON')
  .action(async (before: string | undefined, after: string, _, command: Command) =>
    (await import('./history-compare.ts')).compareHistory(before, after, command.optsWithGlobals()),
  )

history
  .command('delete')
  .description('delete runs for good')
  .argument('<ids...>', 'the beginnings of their ids')
  .action(async (ids: string[]) => (await import('./history-change.ts')).deleteRuns(ids))

history
  .command('prune')
  .description('delete what is old: what each run of the tests does by itself, as the config says')
  .option('--runs <n>', 'how many to keep', wholeNumber, 100)
  .option('--days <n>', 'how many days to keep a run', wholeNumber, 30)
  .action(async (options) => (await import('./history-change.ts')).pruneRuns(options))

history
  .command('verify')
  .description('read every run whole, and say what is not as it should be')
  .option('--json', 'as JSON')
  .action(async (_, command: Command) => (await import('./history-change.ts')).verifyHistory(command.optsWithGlobals()))

history
  .command('import')
  .description('take in the runs of other machines, and make one run of the shards of one')
  .argument('<folders...>', 'folders .kafka-testkit, or folders that have such in them')
  .option('--json', 'as JSON')
  .action(async (folders: string[], _, command: Command) =>
    (await import('./history-change.ts')).importRuns(folders, command.optsWithGlobals()),
  )

program
  .command('push')
  .description('send the runs that could not be uploaded; or those named, by the beginnings of their ids')
  .argument('[ids...]')
  .option('--url <url>', 'the endpoint, instead of the one that the run was to go to')
  .option('--project <name>', "the project's name there")
  .addOption(redactOption())
  .action(async (ids: string[], options) => (await import('./push.ts')).push(ids, options))

program
  .command('export')
  .description('write a run in another format; "latest" is the newest, the beginning of an id is enough')
  .argument('[id]', 'which run', 'latest')
  .addOption(
    new Option('--format <format>', 'what to write')
      .choices(['junit', 'ctrf', 'allure', 'otlp', 'csv', 'markdown', 'ndjson'])
      .makeOptionMandatory(),
  )
  .option('--out, --output <path>', 'a file instead of the terminal; of allure a folder, which it needs')
  .addOption(redactOption())
  .action(async (id: string, options) => (await import('./export.ts')).exportRun(id, options))

program
  .command('report')
  .description('write a run as a page that a browser opens; "latest" is the newest, the beginning of an id is enough')
  .argument('[run]', 'which run', 'latest')
  .option('--open', 'and open it')
  .option('--out <file>', 'another file than the one in the folder of the run')
  .addOption(redactOption())
  .action(async (id: string, options) => (await import('./report.ts')).writeRunReport(id, options))

program
  .command('ui')
  .description('show the runs of the local store in a browser, live, until it is stopped (Ctrl-C)')
  .option('--open', 'and open it')
  .option('--port <port>', 'the port to listen on, on this machine only (default: any that is free)', wholeNumber, 0)
  .option('--dir <folder>', 'the local store', '.kafka-testkit')
  .action(async (options) => (await import('./ui.ts')).runUi(options))

program
  .command('cluster')
  .description('real Kafka clusters')
  .command('check')
  .description('try what a test run needs of the cluster, and say what is wrong with it')
  .option('--environment <name>', "one of the config's environments")
  .option(
    '--config <file>',
    'the Vitest config (default: that of this folder; without one, KAFKA_BROKERS and the like)',
  )
  .option('--json', 'as JSON')
  .action(async (options) => (await import('./cluster-check.ts')).runClusterCheck(options))

program
  .command('redact')
  .description('try rules of redaction on a value: prints what they leave of it, and what each of them hid')
  .requiredOption('--try <file>', 'the value: JSON, or text')
  .option('--rules <file>', 'a list of rules, or a config: JSON, or a module')
  .option('--preset <names>', 'pci, gdpr, or both', (text: string) => text.split(',').map((name) => name.trim()))
  .option('--topic <name>', 'of which topic it is', 'a-topic')
  .option('--name <header>', 'of which header it is')
  .addOption(new Option('--target <part>', 'what it is').choices(['key', 'value', 'header']).default('value'))
  .addOption(new Option('--direction <way>', 'which way it went').choices(['produced', 'received']).default('received'))
  .action(async (options) => (await import('./redact.ts')).tryRedaction(options))

program
  .command('broker')
  .description('run an embedded broker until it is stopped (Ctrl-C)')
  .option('--port <port>', 'the port to listen on', wholeNumber, 9092)
  .option('--host <host>', 'the address to listen on', '127.0.0.1')
  .option('--no-auto-create', 'create no topic when a client first asks for it')
  .option('--partitions <n>', 'partitions of a topic when nobody says how many', wholeNumber, 1)
  .option('--node-id <id>', 'the id of its one node', wholeNumber, 1)
  .option('--strict', 'be as Kafka also where the broker is kinder on purpose', false)
  .option('-q, --quiet', 'say nothing of what clients do', false)
  .action(async (options) => (await import('./broker.ts')).runBroker(options))

// --data may stand before or behind the subcommands of "serve": all of them have it.
const serve = program
  .command('serve')
  .configureHelp({ showGlobalOptions: true })
  .description('run an endpoint that collects the runs of a team, until it is stopped (Ctrl-C)')
  .option('--port <port>', 'the port to listen on', wholeNumber, 7092)
  .option('--host <host>', 'the address to listen on', '127.0.0.1')
  .option('--data <folder>', 'where everything is kept, unless DATABASE_URL says postgres://…', 'kafka-testkit-data')
  .option('--public-url <url>', 'where browsers find it, behind a proxy with TLS: https://…', publicUrl)
  .option('--rate-limit <n>', 'requests a minute that a token may make, 0 for any number', wholeNumber, 1200)
  .option('--lost-after <minutes>', 'a run of which nothing was heard for so long is lost', wholeNumber, 60)
  .option('--dir <folder>', 'show the local store .kafka-testkit instead, to this machine only: as kafka-testkit ui')
  .action(async (options, command: Command) => {
    if (options.dir === undefined) return (await import('./serve.ts')).runServe(options)
    const others = ['host', 'data', 'publicUrl', 'rateLimit', 'lostAfter']
    const given = others.find((name) => command.getOptionValueSource(name) === 'cli')
    if (given !== undefined) {
      throw new Error(`--dir shows a local store, to this machine only: it goes with --port, not with ${flagOf(given)}`)
    }
    return (await import('./ui.ts')).runUi(options)
  })

const token = serve.command('token').description('manage the tokens of an endpoint')

token
  .command('create')
  .description('make a token and print its secret, this once')
  .requiredOption('--name <name>', 'what it is for: "CI of orders"')
  .addOption(new Option('--scope <scope>', 'what it may do').choices(['write', 'read', 'admin']).makeOptionMandatory())
  .option('--project <project>', 'the only project that it is for')
  .option('--expires <days>', 'days after which it ends', wholeNumber)
  .action(async (_, command: Command) => (await import('./serve-token.ts')).createServeToken(command.optsWithGlobals()))

token
  .command('list')
  .description('list the tokens, the oldest first')
  .option('--json', 'as JSON')
  .action(async (_, command: Command) => (await import('./serve-token.ts')).listServeTokens(command.optsWithGlobals()))

token
  .command('rotate <id>')
  .description('give a token another secret and print it, this once')
  .option('--overlap <hours>', 'how long the old secret still works', wholeNumber, 0)
  .action(async (id: string, _, command: Command) =>
    (await import('./serve-token.ts')).rotateServeToken(id, command.optsWithGlobals()),
  )

token
  .command('revoke <id>')
  .description('end a token now')
  .action(async (id: string, _, command: Command) =>
    (await import('./serve-token.ts')).revokeServeToken(id, command.optsWithGlobals()),
  )

serve
  .command('backup <folder>')
  .description('copy everything to a new folder, while the endpoint runs')
  .action(async (folder: string, _, command: Command) =>
    (await import('./serve-backup.ts')).backUpServe(folder, command.optsWithGlobals()),
  )

const telemetry = program
  .command('telemetry')
  .description('anonymous usage and error reports: off until you turn them on')

telemetry
  .command('on')
  .description('send usage and errors of kafka-testkit to these destinations, from now on')
  .option('--segment-write-key <key>', 'of the Segment source that gets usage')
  .option('--segment-host <url>', "where Segment's protocol is spoken (default: https://api.segment.io)")
  .option('--sentry-dsn <dsn>', 'of the Sentry project that gets errors')
  .option('--dogstatsd <host:port>', "where DogStatsD listens for the endpoint's metrics")
  .action(async (destinations) => (await import('./telemetry.ts')).turnOn(destinations))
telemetry
  .command('off')
  .description('send nothing, and forget the anonymous id')
  .action(async () => (await import('./telemetry.ts')).turnOff())
telemetry
  .command('status')
  .description('say whether it is on, why, and what goes where')
  .action(async () => (await import('./telemetry.ts')).printStatus())
telemetry
  .command('show')
  .description('print each request that would be sent, and send none')
  .action(async () => (await import('./telemetry.ts')).showPayloads())

let ran: Command | undefined
program.hook('preAction', (_, command) => {
  ran = command
})

/** Runs what the arguments say. How it ended is in `process.exitCode`. */
export async function runCommand(args: readonly string[]): Promise<void> {
  ran = undefined as Command | undefined
  let failure: unknown
  try {
    checkNode()
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = 1
    // It has told by itself what was wrong with the arguments; help is no failure.
    if (error instanceof CommanderError) process.exitCode = error.exitCode
    else console.error(`kafka-testkit: ${printable(error instanceof Error ? error.message : String(error))}`)
    failure = error
  }
  if (ran !== undefined && ran.parent !== telemetry) await reportCommand(ran, failure)
}

/** Where telemetry is on. The names of a command and its parents are all that is told of it. */
async function reportCommand(command: Command, failure: unknown): Promise<void> {
  const { report } = await import('../telemetry/report.ts')
  const { commandUsage } = await import('../telemetry/usage.ts')
  const names: string[] = []
  for (let one: Command | null = command; one !== null; one = one.parent) names.unshift(one.name())
  const usage = commandUsage(names.join(' '), (process.exitCode ?? 0) !== 0)
  await report({ usage, error: failure }, command.name() === 'serve')
}
