import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const docs = fileURLToPath(new URL('../docs', import.meta.url))

/** A section of the docs as the report's help finds it. */
type Section = [page: string, heading: string, text: string]

/**
 * Gives pages the sections of the docs, as the module `virtual:help`. Of each text so many characters are kept: all of
 * the docs would be as large as the page itself.
 */
export function helpIndex(kept: number): {
  name: string
  resolveId(id: string): string | undefined
  load(id: string): string | undefined
} {
  return {
    name: 'help-index',
    resolveId: (id) => (id === 'virtual:help' ? '\0help' : undefined),
    load: (id) => (id === '\0help' ? `export default ${JSON.stringify(sections(kept))}` : undefined),
  }
}

function sections(kept: number): Section[] {
  const pages = readdirSync(docs).filter((name) => name.endsWith('.md') && name !== 'architecture.md')
  return pages
    .sort()
    .flatMap((page) => sectionsOf(page.replace('.md', ''), readFileSync(join(docs, page), 'utf8'), kept))
}

function sectionsOf(page: string, markdown: string, kept: number): Section[] {
  const prose = markdown.replaceAll(/^```.*?^```/gms, '').replaceAll(/<!--.*?-->/gs, '')
  return prose
    .split(/^#{1,3} /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...rest] = section.split('\n')
      return [page, plain(heading), shorten(plain(rest.join('\n')), kept)]
    })
}

/** Tables, links and marks of Markdown as one line of text. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/^\|[-| ]+\|$/gm, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[|*`]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function shorten(text: string, kept: number): string {
  return text.length <= kept ? text : `${text.slice(0, text.lastIndexOf(' ', kept))} …`
}
