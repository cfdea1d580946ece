import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import type { DocumentText } from './document-part.ts'
import { extractDocument } from './extract-document.ts'

const mostCharacters = 24_000

/** Text of a PDF or an Office file, by its pages, slides or sheets. */
export const readDocument = defineTool({
  name: 'read_document',
  group: 'file_ops',
  effect: 'read',
  level: 'L3',
  description:
    'Reads the text of a PDF, DOCX, XLSX or PPTX of the workspace, with the number of each page, slide or part. Long ones come in ranges: read on with `from`.',
  input: z.object({
    path: filePathSchema,
    from: z.number().int().min(1).default(1).describe('First page, slide or part, counted from 1'),
    to: z.number().int().min(1).optional().describe('Last one'),
  }),
  timeoutMs: 30_000,
  title: ({ path }) => ({ running: 'Reading', done: 'Read', detail: path, code: true }),
  reads: ({ path }) => [path],
  async execute({ path, from, to }, { session, sandbox, signal, timeoutMs }) {
    // Refused here as everywhere, before any program is started.
    const { type } = session.workspace.stat(path)
    if (type !== 'file') throw new Error(`${path} is not a file.`)
    const request = { path, from, to: to ?? null, characters: mostCharacters }
    const document = await extractDocument(sandbox, request, signal, timeoutMs)
    const { unit, total, parts } = document
    if (parts.length === 0) throw new Error(`${path} has ${countOf(total, unit)}: there is no ${unit} ${from}.`)
    const last = parts.at(-1)?.number ?? from
    const place = `${capital(unit)} ${from === last ? from : `${from} to ${last}`} of ${total}.`
    const text = documentText(document)
    return {
      content: `${place}${moreWords(document, to)}\n${text === '' ? 'There is no text in it: it may be a scan.' : text}`,
      display: { kind: 'text', text },
      truncated: document.cut || (to === undefined && last < total),
    }
  },
})

/** The parts under their numbers. Empty where none of them holds text. */
export function documentText({ unit, parts }: DocumentText): string {
  if (parts.every(({ text }) => text === '')) return ''
  return parts
    .map(({ number, label, text }) => `[${unit} ${number}${label === undefined ? '' : `: ${label}`}]\n${text}`)
    .join('\n\n')
}

function moreWords({ cut, parts, total, unit }: DocumentText, to: number | undefined): string {
  const last = parts.at(-1)?.number ?? 0
  const words = cut ? ` The last ${unit} is too long to be shown whole.` : ''
  return last < Math.min(to ?? total, total) || (to === undefined && last < total)
    ? `${words} Read on with from = ${last + 1}.`
    : words
}

const countOf = (count: number, unit: string) => (count === 1 ? `1 ${unit}` : `${count} ${unit}s`)
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
