import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { pages, readPage, root } from './blocks.ts'

/** As GitHub makes them from headings. */
function anchors(page: string): string[] {
  const withoutCode = readPage(page).replaceAll(/^```.*?^```$/gms, '')
  return [...withoutCode.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

const repository = /^https:\/\/github\.com\/kafka-testkit\/kafka-testkit\/(?:blob|tree)\/main\//

/** Where the links of a page lead to in the repository, with their anchors. */
function linksOf(page: string): { link: string; path: string; anchor: string | undefined }[] {
  return [...readPage(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^https?:/.test(link) || repository.test(link))
    .map((link) => {
      const [path = '', anchor] = link.replace(repository, '').split('#')
      const from = repository.test(link) ? '' : dirname(page)
      return { link, path: path === '' ? page : normalize(join(from, path)), anchor }
    })
}

test.each(pages)('every link of %s leads somewhere', (page) => {
  const dead = linksOf(page).filter(({ path, anchor }) => {
    if (!existsSync(join(root, path))) return true
    return anchor !== undefined && !anchors(path).includes(anchor)
  })
  expect(dead).toEqual([])
})

test('the package has its pages, where it comes from, and all that a relative link in them leads to', () => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const told = execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: 'pipe',
    shell: process.platform === 'win32',
  })
  const said = JSON.parse(told) as PackedPackage[] | Record<string, PackedPackage>
  const [{ files } = { files: [] }] = Object.values(said)
  const packed = new Set(files.map(({ path }) => path))
  expect([...packed]).toEqual(expect.arrayContaining(pages.filter((page) => page !== 'CONTRIBUTING.md')))
  const dead = pages
    .filter((page) => packed.has(page))
    .flatMap((page) => linksOf(page).filter(({ link, path }) => !repository.test(link) && !packed.has(path)))
  expect(dead).toEqual([])
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>
  expect(manifest).toMatchObject({
    repository: { type: 'git', url: 'git+https://github.com/kafka-testkit/kafka-testkit.git' },
    homepage: 'https://github.com/kafka-testkit/kafka-testkit#readme',
    bugs: { url: 'https://github.com/kafka-testkit/kafka-testkit/issues' },
  })
})

interface PackedPackage {
  files: { path: string }[]
}
