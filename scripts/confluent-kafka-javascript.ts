import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import envPaths from 'env-paths'
import { installDebianPackages } from './debian.ts'
import { answers, execute } from './execute.ts'

/** A package of its own, outside of the project's: few can download its binary, and building it takes minutes. */
export const confluentFolder: string = fileURLToPath(new URL('../test/contract/clients/confluent', import.meta.url))
const modules = join(confluentFolder, 'node_modules')
const client = join(modules, '@confluentinc/kafka-javascript')

/** Installs @confluentinc/kafka-javascript; builds its binary (librdkafka and the binding) where it can't be downloaded. */
export async function installConfluentKafkaJavascript(): Promise<void> {
  if (await works()) return
  await execute('npm', ['ci', '--prefix', confluentFolder, '--ignore-scripts', '--no-audit', '--no-fund'])
  const built = join(envPaths('kafka-testkit').cache, 'confluent-kafka-javascript', buildName())
  if (existsSync(built)) {
    cpSync(built, join(client, 'build'), { recursive: true, verbatimSymlinks: true })
    if (await works()) return
  }
  if (await answers(join(modules, '.bin/node-pre-gyp'), ['install', '-C', client])) return
  await build()
  // Of the whole build only what is loaded.
  rmSync(built, { recursive: true, force: true })
  mkdirSync(dirname(built), { recursive: true })
  for (const part of ['Release/confluent-kafka-javascript.node', 'deps/librdkafka.so.1', 'deps/librdkafka++.so.1']) {
    cpSync(join(client, 'build', part), join(built, part))
  }
}

function works(): Promise<boolean> {
  return answers(process.execPath, ['-e', `require(${JSON.stringify(client)})`])
}

/** A binary fits one version of the package, one of Node's ABIs and one platform. */
function buildName(): string {
  const { version } = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8')) as { version: string }
  return `${version}-node-${process.versions.modules}-${process.platform}-${process.arch}`
}

/**
 * Against Debian's libraries: linked statically it would download the sources of OpenSSL, curl, zlib and zstd. The
 * header that librdkafka's configure writes must be there before `make` looks for it with more than one job.
 */
async function build(): Promise<void> {
  await installDebianPackages({
    commands: ['make', 'g++', 'python3', 'pkg-config'],
    libraries: { libcurl: 'libcurl4-openssl-dev', libssl: 'libssl-dev', zlib: 'zlib1g-dev', libzstd: 'libzstd-dev' },
  })
  const nodeGyp = join(modules, 'node-gyp/bin/node-gyp.js')
  const options = {
    cwd: client,
    env: { CKJS_LINKING: 'dynamic', npm_config_nodedir: headersFolder() },
    deadline: 900_000,
  }
  await execute(process.execPath, [nodeGyp, 'configure'], options)
  await execute(process.execPath, ['util/configure'], options)
  await execute(process.execPath, [nodeGyp, 'build', '-j', 'max'], options)
}

/** Where this Node's headers lie: beside its binary, or in the package `node` that brought it. */
function headersFolder(): string {
  const { platform, arch, execPath } = process
  const places = [
    join(dirname(execPath), '..'),
    fileURLToPath(new URL(`../node_modules/node/node_modules/node-${platform}-${arch}`, import.meta.url)),
    fileURLToPath(new URL(`../node_modules/node-${platform}-${arch}`, import.meta.url)),
  ]
  const found = places.find((place) => existsSync(join(place, 'include/node/node.h')))
  if (found === undefined) throw new Error(`the headers of Node ${process.version} are missing: looked in ${places}`)
  return found
}
