import { plainText } from './git-names.ts'

/** `commit` is all zeros for a line that is not committed. */
export type BlameLine = { line: number; commit: string; author: string; atMs: number; subject: string; text: string }

const header = /^([0-9a-f]{40}) \d+ (\d+)/
const zeros = { author: '', atMs: 0, subject: '' }

/** Reads `git blame --porcelain`, where what is known of a commit stands only at its first line. */
export function parseBlame(output: Buffer): BlameLine[] {
  const lines: BlameLine[] = []
  const commits = new Map<string, typeof zeros>()
  let commit = ''
  let line = 0
  for (const text of output.toString().split('\n')) {
    const start = header.exec(text)
    const about = commits.get(commit)
    if (text.startsWith('\t')) {
      lines.push({ line, commit, ...(about ?? zeros), text: plainText(text.slice(1)).slice(0, 2000) })
    } else if (start) {
      commit = start[1] ?? ''
      line = Number(start[2])
      if (!commits.has(commit)) commits.set(commit, { ...zeros })
    } else if (about) {
      if (text.startsWith('author ')) about.author = plainText(text.slice(7)).slice(0, 200)
      else if (text.startsWith('author-time ')) about.atMs = Number(text.slice(12)) * 1000
      else if (text.startsWith('summary ')) about.subject = plainText(text.slice(8)).slice(0, 200)
    }
  }
  return lines
}
