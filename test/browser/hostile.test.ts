import type { Line } from '../../src/run/model.ts'
import { endLine, runLine } from '../endpoint/support/run.ts'
import { expect, test, useReports } from './support/pages.ts'
import { check, event, moved, record, task, testLine, text } from './support/sample.ts'

const open = useReports()

/** What would call `alert`, or show an image, where it was read as anything but text. */
const hostile = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  'javascript:alert(1)',
  '{{alert(1)}}<%= alert(1) %>',
  '<!--</style><iframe srcdoc="<script>alert(1)</script>">',
  '__proto__',
  '%00%E0%A4%A',
  '\u202Egnp.exe\u2066\u200B\uFEFF',
  'a'.repeat(20_000),
]

/** A run in which everything that others name or write is called so. */
function runOf(word: string): Line[] {
  const id = `${word}/?#&`
  const error = { name: word, message: word }
  const place = { topic: word, partition: 0, firstOffset: 0, lastOffset: 0, bytes: 1 }
  const attempts = [{ attempt: 0, status: 'failed' as const, startedAt: 0, duration: 9, errors: [error] }]
  const tests: Line[] = [
    testLine(id, { name: word, file: word, project: word, status: 'failed', attempts }),
    task(id, 1, { topic: word, group: word, status: 'failed', error: { name: word, message: `${word}!` } }),
    event(id, 2, 'produced', { ...place, by: word, detail: word }),
    event(id, 3, 'received', { ...place, by: `client ${word}` }),
    event(id, 4, 'joined', { group: word, by: `client ${word}`, detail: word }),
    moved(id, 5, 'produced', 0, word),
    ...[JSON.stringify({ [word]: word, list: [word] }), word].map((value, offset) =>
      record(id, offset, {
        topic: word,
        key: text(word),
        value: text(value),
        headers: [{ name: word, value: text(word) }],
      }),
    ),
    check(id, 6, {
      verdict: 'failed',
      subject: word,
      matcher: word,
      expected: word,
      actual: word,
      closest: `${word}/0@0`,
      message: `${word}\n\nClosest record: ${word}\n- ${word}\n+ ${word}\nHint: ${word}`,
      paths: [word],
      notes: [word],
    }),
    { type: 'error', project: word, file: word, suite: word, ...error },
  ]
  const ci = { name: word, build: word, url: word, job: word, attempt: 1, pullRequest: word }
  const run = runLine({ project: word, branch: word, commit: word, environment: word, node: word, ci })
  return [{ ...run, runner: { name: 'vitest', version: word } }, ...tests, endLine(tests)]
}

test.each(hostile.map((word) => [word.slice(0, 40), word]))('%s is text wherever it stands', async (_, word) => {
  const { page, requests, errors } = await open(runOf(word))
  const id = encodeURIComponent(`${word}/?#&`)
  const topic = encodeURIComponent(word)
  const pages = ['#/', '#/?sort=slow', `#/?q=${topic.slice(0, 40)}`, '#/data', `#/test/${id}`, `#/test/${id}?step=5`]
  const records = ['', '?value=text', '?value=hex', '?tab=headers', '?tab=meta'].map(
    (tab) => `#/record/${id}/${topic}/0/0${tab}`,
  )
  const base = page.url().split('#')[0]
  for (const at of [...pages, ...records]) {
    await page.goto(`${base}${at}`)
    await page.locator('main').waitFor()
    const found = await page.evaluate(() => {
      const ours = document.querySelectorAll('body > script, head > style').length
      const all = document.querySelectorAll('script, style, img, iframe, object, embed, svg[onload]').length
      const links = [...document.querySelectorAll('a')].map((link) => link.getAttribute('href') ?? '')
      return {
        ours,
        all,
        wrong: links.filter((link) => !link.startsWith('#/')),
        width: document.body.scrollWidth - innerWidth,
      }
    })
    expect(found, at).toEqual({ ours: 4, all: 4, wrong: [], width: expect.any(Number) })
    expect(found.width, `${at} is no wider than the window`).toBeLessThanOrEqual(0)
  }
  expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([])
  expect(errors).toEqual([])
})
