import { REDACTED } from '../redaction/redaction.ts'
import type { Line, Preview } from '../run/model.ts'
import { Problem } from './problem.ts'
import type { ProjectSettings } from './projects.ts'

/**
 * What a project demands of an upload, as a check of each line: data where none may be refuses the upload whole.
 * Previews, and what a check says of them, are seen; what a user wrote into a test's name is not.
 */
export function redactionFloor({ redact }: ProjectSettings): (line: Line, number: number) => void {
  const records = redact.includes('records')
  const checks = redact.includes('checks')
  return (line, number) => {
    const field = (records && recordData(line)) || (checks && checkData(line))
    if (field) {
      const demanded = redact.map((what) => `${what.slice(0, -1)} data`).join(' and ')
      throw new Problem(
        422,
        'redaction required',
        `the project demands that ${demanded} is redacted; line ${number} carries some in ${field}. Nothing of the chunk was stored. Set redact in the config of what uploads`,
      )
    }
  }
}

function recordData(line: Line): string | undefined {
  if (line.type !== 'record') return undefined
  if (isData(line.key)) return 'key'
  if (isData(line.value)) return 'value'
  const header = line.headers.findIndex(({ value }) => isData(value))
  return header < 0 ? undefined : `headers.${header}.value`
}

function isData(preview: Preview | null): boolean {
  return preview !== null && (preview.encoding !== 'redacted' || preview.data !== REDACTED)
}

function checkData(line: Line): string | undefined {
  if (line.type !== 'check') return undefined
  return (['expected', 'actual', 'message'] as const).find((field) => line[field] !== null)
}
