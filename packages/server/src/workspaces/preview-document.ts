import { extractDocument, type ToolSession } from '@reynard/agent'
import { AppError, type DocumentPreview } from '@reynard/protocol'
import { plainText, SandboxError } from '@reynard/sandbox'

const mostCharacters = 24_000

/** Text of a PDF or an Office file, read behind L3. What is wrong with the document is said in a sentence. */
export async function previewDocument(
  { workspace, openSandbox }: Pick<ToolSession, 'workspace' | 'openSandbox'>,
  path: string,
  from: number,
  signal: AbortSignal,
): Promise<DocumentPreview> {
  const { type } = workspace.stat(path)
  if (type !== 'file') throw new SandboxError('bad-path', 'This is no file.')
  const sandbox = openSandbox({ levels: ['L3'], languages: [] })
  try {
    const request = { path, from, to: null, characters: mostCharacters }
    const { unit, total, parts, cut } = await extractDocument(sandbox, request, signal)
    return { unit, total, cut, parts: parts.map((part) => ({ ...part, text: plainText(part.text) })) }
  } catch (error) {
    if (error instanceof SandboxError || !(error instanceof Error)) throw error
    throw new AppError('unsupported', error.message, { cause: error })
  }
}
