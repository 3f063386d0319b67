import { defineConfig, type UserConfig } from 'tsdown'
import { helpIndex } from './scripts/help-index.ts'
import { requiredEntries, thirdParty, vendorChunks } from './scripts/third-party.ts'

const shared = {
  dts: true,
  platform: 'node',
  target: 'node22.22',
  sourcemap: false,
  hash: false,
  // Jest has these ready in the sandbox; they aren't there to be bundled.
  deps: { neverBundle: ['@jest/environment', '@jest/globals', '@jest/reporters', '@jest/types', 'expect'] },
  fixedExtension: false,
} as const

/** Matches these modules, named from `src`. */
const oneOf = (...names: string[]): RegExp =>
  new RegExp(`/src/(${names.join('|')})\\.ts$`.replaceAll('/', String.raw`[\\/]`))

/**
 * What every test file loads, in two modules and not in nine: each costs half a millisecond and more. A module that is
 * left out here is loaded all the same. `npm run bench -- untouched-file` measures it.
 */
const setUp = [
  { name: 'listener', test: oneOf('base/clock', 'base/nearest', 'broker/listener', 'broker/options') },
  {
    name: 'test-file',
    test: oneOf(
      ...['embedded', 'embedded-events', 'negative-timeouts', 'open', 'settled'].map((name) => `cluster/${name}`),
      ...['event-line', 'recorder', 'spool'].map((name) => `run/${name}`),
      ...['redaction', 'scrub', 'secrets'].map((name) => `redaction/${name}`),
      ...['caller', 'owner', 'sandbox', 'scope', 'test-file'].map((name) => `kafka/${name}`),
      'base/client-ids',
      'base/topic-name',
      'cluster/stored-record',
      'matchers/awaited',
      ...['file', 'scrub'].map((name) => `vitest/${name}`),
    ),
  },
]

/** Matches the modules of a folder but for these; their declarations go where they are wanted. */
const allOf = (folder: string, ...but: string[]): RegExp =>
  new RegExp(`/src/${folder}/(?!(${but.join('|')})\\.ts$).*(?<!\\.d)\\.ts$`.replaceAll('/', String.raw`[\\/]`))

/** What is loaded when a test first uses Kafka: the codec and our client for any cluster, and then the broker behind it. */
const firstUse = [
  {
    name: 'wire',
    test: oneOf(
      ...['batch', 'compression', 'crc32c', 'lz4', 'message-set', 'snappy', 'varint'].map(
        (name) => `broker/log/${name}`,
      ),
      ...['codec', 'errors', 'fields', 'headers', 'reader', 'tables.gen', 'writer'].map(
        (name) => `broker/protocol/${name}`,
      ),
      ...['errors', 'produce', 'retry'].map((name) => `client/${name}`),
    ),
  },
  {
    name: 'server',
    test: allOf('broker', 'groups/readers', 'index', 'listener', 'options', 'strict', '(log|protocol)/.*'),
  },
]

/** What runs in a browser: one script, of everything. */
const page = {
  format: 'iife',
  platform: 'browser',
  target: 'es2023',
  tsconfig: 'src/viewer/tsconfig.json',
  dts: false,
  clean: false,
  minify: true,
  sourcemap: false,
  deps: { alwaysBundle: [/./] },
} satisfies UserConfig

export default defineConfig([
  {
    ...shared,
    format: 'esm',
    deps: { ...shared.deps, onlyBundle: false },
    plugins: [thirdParty()],
    outputOptions: { codeSplitting: { groups: [...setUp, ...firstUse, ...vendorChunks] } },
    entry: {
      index: 'src/index.ts',
      'broker/index': 'src/broker/index.ts',
      'vitest/index': 'src/vitest/index.ts',
      'vitest/config': 'src/vitest/config.ts',
      'vitest/global-setup': 'src/vitest/global-setup.ts',
      'vitest/reporter': 'src/vitest/reporter.ts',
      'vitest/setup': 'src/vitest/setup.ts',
      'jest/index': 'src/jest/index.ts',
      'jest/environment': 'src/jest/environment.ts',
      'jest/reporter': 'src/jest/reporter.ts',
      'jest/global-setup': 'src/jest/global-setup.ts',
      'jest/global-teardown': 'src/jest/global-teardown.ts',
      'cli/main': 'src/cli/main.ts',
    },
  },
  // What a CommonJS project may require by itself.
  {
    ...shared,
    format: 'cjs',
    deps: { ...shared.deps, onlyBundle: false },
    plugins: [thirdParty()],
    clean: false,
    outputOptions: { exports: 'named' },
    entry: {
      index: 'src/index.ts',
      'broker/index': 'src/broker/index.ts',
      'jest/index': 'src/jest/index.ts',
      'jest/setup': 'src/jest/setup.ts',
      ...requiredEntries,
    },
  },
  // The report's page: one script and its styles, which `src/history/report/page.ts` puts into each report.
  {
    ...page,
    entry: { 'viewer/app': 'src/viewer/main.tsx' },
    // It lies in each report: the beginnings of the docs' sections are a fifth of it.
    plugins: [helpIndex(300), thirdParty()],
    copy: [{ from: 'src/viewer/styles', to: 'dist/viewer' }],
  },
  // The endpoint's pages: the same, and what only they need.
  { ...page, entry: { 'viewer/served': 'src/viewer/served.tsx' }, plugins: [helpIndex(500), thirdParty()] },
])
