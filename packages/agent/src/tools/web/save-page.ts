import { type FetchedPage, SandboxError, type Workspace } from '@reynard/sandbox'
import { readableBytes } from '../files/file-path.ts'
import type { ToolOutput } from '../tool.ts'

const folder = 'downloads'
const mostTries = 100

/** Puts a page that is no text into the workspace, under its own name and never in the place of another file. */
export async function savePage(
  { bytes, url, contentType, truncated }: FetchedPage,
  kind: 'pdf' | 'file',
  workspace: Workspace,
  signal: AbortSignal,
): Promise<ToolOutput> {
  if (truncated) {
    throw new SandboxError(
      'too-large',
      `${url} is a file of more than ${readableBytes(bytes.length)}, which is not fetched.`,
    )
  }
  const path = await write(nameOf(url, kind), 0)
  const what = kind === 'pdf' ? 'a PDF' : `a file (${contentType.split(';')[0]?.trim() || 'of no known type'})`
  return {
    content: `${url} is ${what}, not a page. It was saved as ${path}, ${readableBytes(bytes.length)}.`,
    display: { kind: 'files', files: [{ path, bytes: bytes.length }] },
  }

  async function write({ stem, ending }: { stem: string; ending: string }, tries: number): Promise<string> {
    const name = `${folder}/${stem}${tries === 0 ? '' : `-${tries + 1}`}${ending}`
    try {
      return (await workspace.write(name, bytes, { exclusive: true, signal })).path
    } catch (error) {
      if (!(error instanceof SandboxError) || tries >= mostTries) throw error
      // Names that some system gives a meaning of its own.
      if (error.code === 'bad-path' && stem !== 'page') return write({ stem: 'page', ending }, tries)
      if (error.code !== 'denied' || workspace.find(name) === undefined) throw error
      return write({ stem, ending }, tries + 1)
    }
  }
}

/** A plain name from the end of the address: it is chosen by whoever wrote the page. */
function nameOf(url: string, kind: 'pdf' | 'file'): { stem: string; ending: string } {
  const last = new URL(url).pathname.split('/').findLast((part) => part !== '') ?? ''
  const plain = last
    .replaceAll(/%[0-9a-f]{2}/gi, '-')
    .replaceAll(/[^\w.-]+/g, '-')
    .slice(-80)
  const ending = /\.\w{1,8}$/.exec(plain)?.[0] ?? ''
  const stem = ending === '' ? plain : plain.slice(0, -ending.length)
  const own = stem.replaceAll(/^[.-]+|[.-]+$/g, '') || 'page'
  return { stem: own, ending: kind === 'pdf' ? '.pdf' : ending }
}
