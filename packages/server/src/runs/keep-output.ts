import type { PendingCall, ToolSession } from '@reynard/agent'
import { keptOutput, type Workspace } from '@reynard/sandbox'

/** Beside a folder of this machine so much is always free for the next result; the oldest go. Bytes and files. */
const room = { bytes: 64 * 1024 ** 2, entries: 100 }

/** Output that is too long for the model goes where `read_file` reads it in ranges; null where there is no room. */
export async function keepOutput(
  { kept, workspace }: Pick<ToolSession, 'kept' | 'workspace'>,
  { callId }: Pick<PendingCall, 'callId'>,
  content: AsyncIterable<Uint8Array>,
): Promise<string | null> {
  try {
    // In a workspace these are files like others, which the person sees and deletes.
    if (kept !== workspace) await forgetOldest(kept)
    const { path } = await kept.write(`${keptOutput}/${callId}.txt`, content)
    return path
  } catch {
    // A full workspace: the model does with what it was shown.
    return null
  }
}

async function forgetOldest(kept: Workspace): Promise<void> {
  if (kept.find(keptOutput) === undefined) return
  const isShort = () => kept.quota.left.bytes < room.bytes || kept.quota.left.entries < room.entries
  if (!isShort()) return
  const { entries } = await kept.list(keptOutput, { maxEntries: 10_000 })
  for (const { path } of entries.toSorted((one, other) => one.modifiedMs - other.modifiedMs)) {
    if (!isShort()) return
    await kept.discard(path)
  }
}
