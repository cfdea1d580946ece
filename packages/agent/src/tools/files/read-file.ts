import type { Workspace } from '@reynard/sandbox'
import { z } from 'zod'
import { losslessFacts } from '../lossless-facts.ts'
import { defineTool, type ToolOutput } from '../tool.ts'
import { filePathSchema, readableBytes } from './file-path.ts'
import { placeOf } from './kept-files.ts'

const mostBytes = 24_000
const leastBytes = 1_000
/** For the line that says what was read. */
const headBytes = 300

/** A text of the workspace, whole or by lines. */
export const readFile = defineTool({
  name: 'read_file',
  group: 'file_ops',
  effect: 'read',
  level: 'none',
  description:
    'Reads a text file of the workspace. Long files come in parts: read on with `from`, or with `offset` within a very long line.',
  input: z.object({
    path: filePathSchema,
    from: z.number().int().min(1).default(1).describe('First line, counted from 1'),
    to: z.number().int().min(1).optional().describe('Last line'),
    offset: z.number().int().min(0).optional().describe('Byte to begin at, instead of lines'),
  }),
  timeoutMs: 10_000,
  title: ({ path }) => ({ running: 'Reading', done: 'Read', detail: path, code: true }),
  reads: ({ path }) => [path],
  facts: async ({ path, from, to, offset }) =>
    losslessFacts(`read ${path}`, {
      kind: 'text',
      text:
        offset !== undefined
          ? `From byte ${offset}`
          : from === 1 && to === undefined
            ? ''
            : `Lines ${from} to ${to ?? 'the end'}`,
    }),
  async execute({ path, from, to, offset }, { session, readable = mostBytes }) {
    const maxBytes = Math.min(mostBytes, Math.max(leastBytes, readable - headBytes))
    const place = placeOf(session, path)
    if (offset !== undefined) return await readBytes(place, path, offset, maxBytes)
    const lines = await place.readLines(path, { from, ...(to !== undefined && { to }), maxBytes })
    if (lines.binary) throw notText(path, lines.totalBytes)
    const total = lines.totalLines ?? 'an unknown number of'
    const isWhole = !lines.truncated || lines.text.endsWith('\n')
    const next = isWhole
      ? `Read on with from = ${lines.to + 1}.`
      : `This line is longer: read on with offset = ${lines.next}.`
    const head = `Lines ${lines.from} to ${lines.to} of ${total}.${lines.truncated ? ` ${next}` : ''}`
    return {
      content: lines.text === '' ? `${path} has no lines there.` : `${head}\n${lines.text}`,
      display: { kind: 'text', text: lines.text },
      truncated: lines.truncated,
    }
  },
})

async function readBytes(place: Workspace, path: string, offset: number, length: number): Promise<ToolOutput> {
  const { bytes: total } = place.stat(path)
  const { bytes } = await place.read(path, { offset, length })
  if (bytes.includes(0)) throw notText(path, total)
  const [start, end] = wholeCharacters(bytes)
  const text = bytes.toString('utf8', start, end)
  const next = offset + end
  const isPart = next < total && end > start
  const head = `Bytes ${offset + start} to ${next} of ${total}.${isPart ? ` Read on with offset = ${next}.` : ''}`
  return {
    content: text === '' ? `${path} has nothing there.` : `${head}\n${text}`,
    display: { kind: 'text', text },
    truncated: isPart,
  }
}

/** Where the first character of some UTF-8 begins, and where its last one ends. */
function wholeCharacters(bytes: Buffer): [number, number] {
  const continues = (at: number) => ((bytes[at] ?? 0) & 0xc0) === 0x80
  let start = 0
  while (start < 3 && continues(start)) start += 1
  let last = bytes.length - 1
  while (last > start && bytes.length - last < 4 && continues(last)) last -= 1
  const lead = bytes[last] ?? 0
  const width = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return [start, last + width > bytes.length && last > start ? last : bytes.length]
}

function notText(path: string, bytes: number): Error {
  return new Error(`${path} is no text (${readableBytes(bytes)}). Use a tool that understands its format.`)
}
