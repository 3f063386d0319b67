import { expect, test } from 'vitest'
import { createFolder } from '../support/cli.ts'

const manifest = { name: 'shop', type: 'module', devDependencies: { vitest: '^5.1.0', 'kafka-testkit': '^0.1.0' } }

/** Configs that are edited, and what they become: nothing else in them may change. */
const edited: Record<string, [file: string, before: string, after: string]> = {
  'an empty object': [
    'vitest.config.ts',
    `import { defineConfig } from 'vitest/config'

export default defineConfig({})
`,
    `import { defineConfig } from 'vitest/config'
import kafka from 'kafka-testkit/vitest/config'

export default defineConfig({ plugins: [kafka()] })
`,
  ],
  'settings, comments and semicolons': [
    'vitest.config.ts',
    `import { defineConfig } from "vitest/config";

// The tests.
export default defineConfig({
  // about test
  test: { globals: true }, // kept
});
`,
    `import { defineConfig } from "vitest/config";
import kafka from "kafka-testkit/vitest/config";

// The tests.
export default defineConfig({
  plugins: [kafka()],
  // about test
  test: { globals: true }, // kept
});
`,
  ],
  'plugins on one line': [
    'vite.config.ts',
    `import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({ plugins: [react()], test: {} })
`,
    `import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import kafka from 'kafka-testkit/vitest/config'

export default defineConfig({ plugins: [react(), kafka()], test: {} })
`,
  ],
  'plugins on lines of their own, with tabs and comments': [
    'vitest.config.mts',
    `import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
export default defineConfig({
\tplugins: [
\t\treact(), // fast
\t\tsvg({
\t\t\tref: true,
\t\t}) // the last
\t],
})
`,
    `import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import kafka from 'kafka-testkit/vitest/config'
export default defineConfig({
\tplugins: [
\t\treact(), // fast
\t\tsvg({
\t\t\tref: true,
\t\t}), // the last
\t\tkafka()
\t],
})
`,
  ],
  'an empty list of plugins': [
    'vitest.config.ts',
    `export default { plugins: [], test: {} }
`,
    `import kafka from 'kafka-testkit/vitest/config'

export default { plugins: [kafka()], test: {} }
`,
  ],
  'a function that returns it': [
    'vitest.config.ts',
    `import { defineConfig } from 'vitest/config'

export default defineConfig(async ({ mode }) => {
  const env = await load(mode)
  const names = env.map((one) => {
    return one.name
  })
  return {
    test: { env: names },
  }
})
`,
    `import { defineConfig } from 'vitest/config'
import kafka from 'kafka-testkit/vitest/config'

export default defineConfig(async ({ mode }) => {
  const env = await load(mode)
  const names = env.map((one) => {
    return one.name
  })
  return {
    plugins: [kafka()],
    test: { env: names },
  }
})
`,
  ],
  mergeConfig: [
    'vitest.config.ts',
    `import { defineConfig, mergeConfig } from 'vitest/config'
import viteConfig from './vite.config'

export default mergeConfig(viteConfig, defineConfig({
  test: { globals: true },
}))
`,
    `import { defineConfig, mergeConfig } from 'vitest/config'
import viteConfig from './vite.config'
import kafka from 'kafka-testkit/vitest/config'

export default mergeConfig(viteConfig, defineConfig({
  plugins: [kafka()],
  test: { globals: true },
}))
`,
  ],
  'mergeConfig in a function, the base a call': [
    'vitest.config.ts',
    `import { defineConfig as define, mergeConfig } from 'vitest/config'
import viteConfig from './vite.config'

export default define((env) => mergeConfig(viteConfig(env), { test: { globals: true } }))
`,
    `import { defineConfig as define, mergeConfig } from 'vitest/config'
import viteConfig from './vite.config'
import kafka from 'kafka-testkit/vitest/config'

export default define((env) => mergeConfig(viteConfig(env), { plugins: [kafka()], test: { globals: true } }))
`,
  ],
  'a variable with a type, and a reference above': [
    'vite.config.ts',
    `/// <reference types="vitest/config" />
import type { UserConfig } from 'vite'

const config = {
  test: { globals: true },
} satisfies UserConfig

export default config
`,
    `/// <reference types="vitest/config" />
import type { UserConfig } from 'vite'
import kafka from 'kafka-testkit/vitest/config'

const config = {
  plugins: [kafka()],
  test: { globals: true },
} satisfies UserConfig

export default config
`,
  ],
  'a type by JSDoc, nothing imported': [
    'vitest.config.js',
    `// Licence: MIT

/** @type {import('vitest/config').ViteUserConfig} */
export default {
  test: {},
}
`,
    `// Licence: MIT

import kafka from 'kafka-testkit/vitest/config'

/** @type {import('vitest/config').ViteUserConfig} */
export default {
  plugins: [kafka()],
  test: {},
}
`,
  ],
  'the name kafka taken': [
    'vitest.config.ts',
    `import { kafka } from './kafka'

export default { test: { env: kafka.env } }
`,
    `import { kafka } from './kafka'
import kafkaTestkit from 'kafka-testkit/vitest/config'

export default { plugins: [kafkaTestkit()], test: { env: kafka.env } }
`,
  ],
  'something spread, but plugins of its own': [
    'vitest.config.ts',
    `import base from './base'

export default { ...base, plugins: [...base.plugins, svg()] }
`,
    `import base from './base'
import kafka from 'kafka-testkit/vitest/config'

export default { ...base, plugins: [...base.plugins, svg(), kafka()] }
`,
  ],
  'projects that extend it': [
    'vitest.config.ts',
    `import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'unit' } },
      { extends: true, test: { name: 'kafka' } },
    ],
  },
})
`,
    `import { defineConfig } from 'vitest/config'
import kafka from 'kafka-testkit/vitest/config'

export default defineConfig({
  plugins: [kafka()],
  test: {
    projects: [
      { extends: true, test: { name: 'unit' } },
      { extends: true, test: { name: 'kafka' } },
    ],
  },
})
`,
  ],
  CommonJS: [
    'vitest.config.cjs',
    `const { defineConfig } = require('vitest/config')

module.exports = defineConfig({ test: {} })
`,
    `const { defineConfig } = require('vitest/config')
const { default: kafka } = require('kafka-testkit/vitest/config')

module.exports = defineConfig({ plugins: [kafka()], test: {} })
`,
  ],
  'a list of plugins that has a type': [
    'vitest.config.ts',
    `export default { plugins: [svg()] as PluginOption[] }
`,
    `import kafka from 'kafka-testkit/vitest/config'

export default { plugins: [svg(), kafka()] as PluginOption[] }
`,
  ],
  'line ends of Windows': [
    'vitest.config.ts',
    "import { defineConfig } from 'vitest/config'\r\n\r\nexport default defineConfig({\r\n  test: {},\r\n})\r\n",
    "import { defineConfig } from 'vitest/config'\r\nimport kafka from 'kafka-testkit/vitest/config'\r\n\r\nexport default defineConfig({\r\n  plugins: [kafka()],\r\n  test: {},\r\n})\r\n",
  ],
}

test.for(Object.entries(edited))('a config with %s is edited, once', async ([, [file, before, after]]) => {
  using folder = createFolder({ 'package.json': manifest, 'tsconfig.json': {}, [file]: before })

  const first = await folder.cli(['init'])
  const files = folder.files()
  expect(first.errors).toBe('')
  expect(files[file]).toBe(after)
  expect(first.output).toContain(`changed    ${file}: the plugin kafka()`)
  expect(first.exitCode).toBe(0)

  const second = await folder.cli(['init'])
  expect(folder.files()).toEqual(files)
  expect(second.output).not.toMatch(/changed|wrote/)
  expect(second.exitCode).toBe(0)
})

const refused: Record<string, [before: string, why: string]> = {
  'a spread that may hold plugins': [
    `import base from './base'\nexport default { ...base, test: {} }\n`,
    'its plugins may come with what it spreads',
  ],
  'plugins from elsewhere': [
    `import { plugins } from './base'\nexport default { plugins }\n`,
    'its plugins are not written as one list',
  ],
  'a function of somebody': [
    `import { sharedConfig } from './base'\nexport default sharedConfig({ test: {} })\n`,
    'its config comes out of a call of sharedConfig',
  ],
  'two returns': [
    `export default ({ mode }) => {\n  if (mode === 'ci') return { test: { retry: 2 } }\n  return { test: {} }\n}\n`,
    'its function returns in 2 places',
  ],
  'a choice': [`export default process.env.CI ? { test: {} } : {}\n`, 'what it exports is not written as one object'],
  'a variable that is changed later': [
    `const config = { test: {} }\nconfig.plugins = [svg()]\nexport default config\n`,
    'config is used in more places than where it is exported',
  ],
  'projects with configs of their own': [
    `export default { test: { projects: ['packages/*'] } }\n`,
    'it has projects, and each of them its own plugins: add them where Kafka is tested',
  ],
  'no default export': [`export const config = {}\n`, 'it has no default export'],
  'a mistake in it': [`export default {\n`, "it can't be parsed: Unexpected token (2:0)"],
}

test.for(Object.entries(refused))('a config with %s is left alone', async ([, [before, why]]) => {
  using folder = createFolder({ 'package.json': manifest, 'vitest.config.ts': before })

  const { output, exitCode } = await folder.cli(['init'])

  expect(folder.files()['vitest.config.ts']).toBe(before)
  expect(output).toContain(`by hand    vitest.config.ts: ${why}`)
  expect(output).toContain(`Add to vitest.config.ts:

    import kafka from 'kafka-testkit/vitest/config'

    plugins: [kafka()]
`)
  // The rest is done; a script learns that one thing is not.
  expect(Object.keys(folder.files())).toContain('tests/kafka.test.ts')
  expect(exitCode).toBe(1)
})

test.for([
  ['^5.1.0', 'by default, in Vitest 5: the config is edited', 0],
  ['^4.1.0', 'only where they say so, in Vitest 4: the config is left alone', 1],
] as const)('projects of %s extend the config %s', async ([vitest, , code]) => {
  const config = "export default { test: { projects: [{ test: { name: 'unit' } }] } }\n"
  using folder = createFolder({
    'package.json': { ...manifest, devDependencies: { ...manifest.devDependencies, vitest } },
    'vitest.config.ts': config,
  })

  const { exitCode } = await folder.cli(['init'])

  expect(folder.files()['vitest.config.ts'] === config).toBe(code === 1)
  expect(exitCode).toBe(code)
})

test('a config that was edited by hand, in a way of its own, is taken for done', async () => {
  const config = `import kafka from 'kafka-testkit/vitest/config'\nimport { plugins } from './base'\nexport default { plugins: plugins.concat(kafka()) }\n`
  using folder = createFolder({ 'package.json': manifest, 'vitest.config.ts': config })

  const { output, exitCode } = await folder.cli(['init'])

  expect(output).toContain('as it is   vitest.config.ts: the plugin is there')
  expect(exitCode).toBe(0)
})

test.for([
  ['TypeScript in an ES module package', 'module', { 'tsconfig.json': {} }, 'vitest.config.ts', 'tests/kafka.test.ts'],
  ['TypeScript in a CommonJS package', 'commonjs', { 'tsconfig.json': {} }, 'vitest.config.mts', 'tests/kafka.test.ts'],
  ['JavaScript in an ES module package', 'module', {}, 'vitest.config.js', 'tests/kafka.test.js'],
  ['JavaScript in a CommonJS package', 'commonjs', {}, 'vitest.config.mjs', 'tests/kafka.test.js'],
] as const)('where there is no config one is written: %s', async ([, type, files, config, sample]) => {
  using folder = createFolder({ 'package.json': { ...manifest, type }, ...files })

  await folder.cli(['init'])

  const { [config]: written, [sample]: test, '.gitignore': ignored } = folder.files()
  expect(written).toBe(`import kafka from 'kafka-testkit/vitest/config'
import { defineConfig } from 'vitest/config'

export default defineConfig({ plugins: [kafka()] })
`)
  expect(test).toMatch(/^import \{ expect, test \} from 'kafka-testkit\/vitest'\n/)
  expect(ignored).toBe('.kafka-testkit/\n')
})

test.for([
  ['beside the tests that are there', { 'test/a.test.ts': '' }, '{}', 'test/kafka.test.ts'],
  ['with the name that they have', { 'src/a.spec.ts': '', 'src/b.spec.ts': '' }, '{}', 'src/kafka.spec.ts'],
  ['beside a file of that name', { 'tests/kafka.test.ts': '' }, '{}', 'tests/kafka-testkit.test.ts'],
  ['where the config looks', {}, "{ include: ['src/**/*.spec.ts'] }", 'src/kafka.spec.ts'],
  [
    'where the config looks, by folder',
    { 'test/a.test.ts': '' },
    "{ include: ['./__tests__/**/*.ts'] }",
    '__tests__/kafka.test.ts',
  ],
] as const)('the sample lies %s', async ([, files, settings, sample]) => {
  const config = `export default { test: ${settings} }\n`
  using folder = createFolder({ 'package.json': manifest, 'tsconfig.json': {}, 'vitest.config.ts': config, ...files })

  const { output } = await folder.cli(['init'])

  expect(output).toContain(`wrote      ${sample}: a test that passes at once`)
  expect(output).toContain(`npx vitest run ${sample}`)
})

test('a sample that no place is known for is printed', async () => {
  const config = `export default { test: { include: ['checks/*.check.ts'] } }\n`
  using folder = createFolder({ 'package.json': manifest, 'vitest.config.ts': config })

  const { output, exitCode } = await folder.cli(['init'])

  expect(output).toContain('the config has tests in places of its own: checks/*.check.ts')
  expect(output).toContain("    test('a record is received'")
  expect(exitCode).toBe(1)
})
