import { join } from 'node:path'
import { SandboxError, type SandboxSession } from '@reynard/sandbox'
import { type DocumentProblem, type DocumentRequest, type DocumentText, documentAnswerSchema } from './document-part.ts'

const program = join(import.meta.dirname, 'programs', 'extract-document.ts')
/** Each character may take six bytes of JSON, and a program's output is bounded in bytes. */
const bytesPerCharacter = 6
const spareBytes = 256 * 1024

const sentences: Record<DocumentProblem, string> = {
  unknown: 'it is no PDF, DOCX, XLSX or PPTX',
  old: 'it is an Office file of the old kind, or locked with a password. Save it as DOCX, XLSX, PPTX or PDF without one',
  locked: 'it is locked with a password. Save it without one',
  broken: 'it is damaged or incomplete',
  'too-large': 'it unpacks to more than can be read here',
}

/**
 * Text of a document of the workspace, behind L3.
 * @throws {Error} whose message is a sentence for model and person: the document is at fault, or it took too long; `SandboxError` for all else
 */
export async function extractDocument(
  sandbox: SandboxSession,
  { path, ...request }: DocumentRequest,
  signal: AbortSignal,
  timeoutMs = 25_000,
): Promise<DocumentText> {
  try {
    const answer = await sandbox.runNode({
      program,
      input: { ...request, path: `/workspace/${path}` },
      output: documentAnswerSchema,
      limits: {
        timeoutMs,
        cpuSeconds: Math.ceil(timeoutMs / 1000),
        outputBytes: request.characters * bytesPerCharacter + spareBytes,
      },
      signal,
    })
    if ('problem' in answer) throw new Error(`${path} can't be read: ${sentences[answer.problem]}.`)
    return answer
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    if (error.code === 'timeout')
      throw new Error(`${path} took too long to read. Ask for fewer pages.`, { cause: error })
    if (error.code === 'crashed')
      throw new Error(`${path} can't be read: it takes more memory or time than it may.`, { cause: error })
    throw error
  }
}
