import { documentText, extractDocument } from '@reynard/agent'
import type { ToolSessions } from '../assistants/tool-sessions.ts'

type Extracted = { text: string; isWhole: boolean }

/** Texts kept, in characters all together: the same document is read again with each question that follows. */
const mostKept = 8_000_000

/** Texts of documents, extracted behind L3 and kept while the file is the same. */
export function createDocumentTexts(sessions: Pick<ToolSessions, 'open'>) {
  const kept = new Map<string, Extracted>()
  let characters = 0

  function keep(key: string, extracted: Extracted): void {
    kept.set(key, extracted)
    characters += extracted.text.length
    for (const [oldest, { text }] of kept) {
      if (characters <= mostKept || oldest === key) return
      kept.delete(oldest)
      characters -= text.length
    }
  }

  return {
    /** Says of how many documents there were. */
    forget(): number {
      const { size } = kept
      kept.clear()
      characters = 0
      return size
    },
    /**
     * The beginning of a document of a conversation's workspace.
     * @throws {Error} whose message is a sentence: the document is at fault, or this machine has no L3
     */
    async read(
      run: { ownerId: string; conversationId: string },
      path: string,
      wanted: number,
      signal: AbortSignal,
    ): Promise<Extracted> {
      const session = await sessions.open(run)
      const { bytes, modifiedMs } = session.workspace.stat(path)
      const key = JSON.stringify([run.conversationId, path, bytes, modifiedMs, wanted])
      const known = kept.get(key)
      if (known !== undefined) return known
      const sandbox = session.openSandbox({ levels: ['L3'], languages: [] })
      const document = await extractDocument(sandbox, { path, from: 1, to: null, characters: wanted }, signal)
      const last = document.parts.at(-1)?.number ?? 0
      const extracted = { text: documentText(document), isWhole: !document.cut && last >= document.total }
      keep(key, extracted)
      return extracted
    },
  }
}
