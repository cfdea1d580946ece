import { z } from 'zod'

/** A file that differs. `added` and `removed` count lines; `undefined` for what is no text. `oldPath` where it was renamed. */
export type ChangedFile = {
  path: string
  oldPath?: string
  change: 'added' | 'modified' | 'deleted' | 'renamed' | 'type'
  added: number | undefined
  removed: number | undefined
}

const changes = { A: 'added', M: 'modified', D: 'deleted', R: 'renamed', C: 'added', T: 'type' } as const
const letterSchema = z.enum(['A', 'M', 'D', 'R', 'C', 'T']).catch('M')

/** Reads `git diff-tree -z --raw --numstat`. */
export function parseChanges(output: Buffer): ChangedFile[] {
  const tokens = output.toString().split('\0')
  const files = new Map<string, ChangedFile>()
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    if (token.startsWith(':')) {
      const letter = letterSchema.parse(token.split(' ')[4]?.[0])
      const oldPath = letter === 'R' || letter === 'C' ? tokens[++at] : undefined
      const path = tokens[++at] ?? ''
      const renamed = letter === 'R' ? { oldPath } : {}
      files.set(path, { path, ...renamed, change: changes[letter], added: undefined, removed: undefined })
      continue
    }
    const [added = '', removed = '', name] = token.split('\t')
    if (name === undefined) continue
    // A renamed file has an empty name here, and both names behind it.
    const path = name || (tokens[at + 2] ?? '')
    if (!name) at += 2
    const file = files.get(path)
    if (file) Object.assign(file, { added: count(added), removed: count(removed) })
  }
  return [...files.values()]
}

const count = (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined)
