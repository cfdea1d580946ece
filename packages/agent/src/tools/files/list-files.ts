import type { Entry } from '@reynard/sandbox'
import { z } from 'zod'
import { losslessFacts } from '../lossless-facts.ts'
import { defineTool } from '../tool.ts'
import { filePathSchema, readableBytes } from './file-path.ts'

/** Listed at once, and counted at all: the rest of these is kept. */
const mostEntries = 500
const mostCounted = 200_000

/** What lies in the workspace. */
export const listFiles = defineTool({
  name: 'list_files',
  group: 'file_ops',
  effect: 'read',
  level: 'none',
  description: 'Lists files and folders of the workspace with their sizes. Use it to find out what is there.',
  input: z.object({
    path: filePathSchema.default('.'),
    depth: z.number().int().min(1).max(20).default(3).describe('How many levels of folders to go down'),
  }),
  timeoutMs: 20_000,
  title: ({ path }) => ({
    running: 'Listing files',
    done: 'Listed files',
    ...(path !== '.' && { detail: path, code: true }),
  }),
  facts: async ({ path }) =>
    losslessFacts(path === '.' ? 'list the files of this chat' : `list the files in ${path}`, {
      kind: 'text',
      text: path === '.' ? '' : path,
    }),
  async execute({ path, depth }, { session, signal }) {
    const all = await session.workspace.list(path, { depth, maxEntries: mostCounted, signal })
    const { truncated, hidden } = all
    const entries = all.entries.slice(0, mostEntries)
    const rest = all.entries.length - entries.length
    const lines = entries.map(lineOf)
    if (rest > 0) lines.push(`… and ${truncated ? 'at least ' : ''}${rest} more; list a folder within, or less deep.`)
    if (hidden > 0) lines.push(`… ${hidden} with names that can't be shown.`)
    // A folder with something in it shows by what is in it.
    const folders = entries
      .filter(({ type, path: at }) => type === 'folder' && !entries.some((entry) => entry.path.startsWith(`${at}/`)))
      .map((entry) => entry.path)
    return {
      content: lines.join('\n') || 'There is nothing here.',
      display: {
        kind: 'files',
        files: entries.filter(({ type }) => type === 'file').map((entry) => ({ path: entry.path, bytes: entry.bytes })),
        ...(folders.length > 0 && { folders }),
      },
      truncated,
      ...(rest > 0 && { full: all.entries.map(lineOf).join('\n') }),
    }
  },
})

function lineOf({ type, path, bytes }: Entry): string {
  return type === 'file' ? `${path} (${readableBytes(bytes)})` : `${path}${endOf[type]}`
}

const endOf = { folder: '/', link: ' (a link; links are not followed)', other: ' (not a file)' }
