const FENCE = /^\s*(`{3,}|~{3,})(.*)$/

/** The line, with its end, that began the code in which a text ends; empty where it ends outside of code. */
export function openFence(text: string): string {
  let open: { line: string; marks: string } | null = null
  for (const line of text.split('\n')) {
    const [, marks, rest = ''] = FENCE.exec(line) ?? []
    if (marks === undefined) continue
    if (open === null) {
      // Three backticks with more of them behind are code within a line.
      if (marks.startsWith('~') || !rest.includes('`')) open = { line: line.trim(), marks }
    } else if (marks.startsWith(open.marks) && rest.trim() === '') open = null
  }
  return open === null ? '' : `${open.line}\n`
}
