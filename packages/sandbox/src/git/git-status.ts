/** A file that is not as committed. Letters as git's: `.` unchanged, M, A, D, R, T, U, `?` untracked. */
export type StatusEntry = { path: string; oldPath?: string; index: string; workTree: string }
/** `commit` is undefined before the first. */
export type GitStatus = {
  branch: string | undefined
  commit: string | undefined
  entries: StatusEntry[]
  truncated: boolean
}

/** Reads `git status --porcelain=v2 --branch -z`. */
export function parseStatus(output: Buffer): Omit<GitStatus, 'truncated'> {
  const tokens = output.toString().split('\0')
  const entries: StatusEntry[] = []
  let branch: string | undefined
  let commit: string | undefined
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    const [kind, first = '', second = ''] = token.split(' ')
    const [index = '.', workTree = '.'] = first
    if (kind === '#' && first === 'branch.head') branch = second === '(detached)' ? undefined : second
    else if (kind === '#' && first === 'branch.oid') commit = second === '(initial)' ? undefined : second
    else if (kind === '1') entries.push({ path: fromField(token, 8), index, workTree })
    else if (kind === '2') entries.push({ path: fromField(token, 9), oldPath: tokens[++at] ?? '', index, workTree })
    else if (kind === 'u') entries.push({ path: fromField(token, 10), index, workTree })
    else if (kind === '?') entries.push({ path: fromField(token, 1), index: '?', workTree: '?' })
  }
  return { branch, commit, entries }
}

/** All behind the first fields, spaces included. */
function fromField(token: string, fields: number): string {
  return token.split(' ').slice(fields).join(' ')
}
