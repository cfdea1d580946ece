import { SandboxError } from '../sandbox-error.ts'
import { parseChangeablePath } from './path-rules.ts'
import type { Place } from './place.ts'
import type { Quota } from './quota.ts'
import { readRange, withFile } from './read-file.ts'
import { type Written, writeFile } from './write-file.ts'

/** Replaces `oldText`, which must stand in the file exactly once, or with `all` at least once, by `newText`. */
export type Edit = { oldText: string; newText: string; all?: boolean }
export type Edited = Written & { replaced: number }

const maxEditBytes = 8 << 20

/**
 * Edits a text by exact replacement, one after the other, all or none. Throws `not-found` where a text does not occur (or the file is
 * missing), `too-many` where it occurs more than once without `all`, `failed` where the file is no UTF-8, `too-large` over 8 MiB.
 */
export async function editFile(place: Place, quota: Quota, path: string, edits: readonly Edit[]): Promise<Edited> {
  parseChangeablePath(path)
  const before = await readText(place, path)
  let text = before
  let replaced = 0
  for (const edit of edits) {
    const count = occurrences(text, edit)
    replaced += count
    // Not String.replace: `$&` in a new text would be read as a pattern.
    text = text.split(edit.oldText).join(edit.newText)
  }
  const written = await writeFile(place, quota, path, Buffer.from(text))
  return { ...written, replaced }
}

function occurrences(text: string, { oldText, newText, all = false }: Edit): number {
  if (oldText === '') throw new SandboxError('failed', 'The text to replace is empty.')
  if (!newText.isWellFormed()) throw new SandboxError('failed', 'The new text is not valid Unicode.')
  const count = text.split(oldText).length - 1
  if (count === 0) {
    const lineEnds = text.includes('\r\n') && oldText.includes('\n') ? ' Its lines end with \\r\\n.' : ''
    throw new SandboxError('not-found', `The text to replace does not stand in the file.${lineEnds}`)
  }
  if (count > 1 && !all) {
    throw new SandboxError(
      'too-many',
      `The text to replace stands in the file ${count} times; give more of what is around it.`,
    )
  }
  return count
}

function readText(place: Place, path: string): Promise<string> {
  return withFile(place, path, async (fd, bytes) => {
    if (bytes > maxEditBytes)
      throw new SandboxError('too-large', `Only files of up to ${maxEditBytes} bytes can be edited.`)
    const content = await readRange(fd, 0, bytes)
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
    } catch (cause) {
      throw new SandboxError('failed', 'This file is no UTF-8 text, so it can’t be edited as one.', { cause })
    }
  })
}
