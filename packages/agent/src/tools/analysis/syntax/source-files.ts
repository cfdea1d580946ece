import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { mayHoldSecrets } from '../../files/secret-files.ts'
import { type LanguageName, languageOf } from './languages.ts'

/** Where programs behind the wall see the workspace. */
export const workspaceFolder = '/workspace'
const skip = new Set([
  'node_modules',
  '.git',
  '.venv',
  'venv',
  '__pycache__',
  'dist',
  'build',
  'target',
  '.next',
  'coverage',
])
const mostFiles = 5_000
const mostBytes = 1_000_000
/** Characters. */
const longestLine = 20_000

/** A file or folder of the workspace, and whether files that may hold secrets are passed over there. */
export type SourcePlace = { path: string; leavesOutSecrets: boolean }
export type SourceFile = { path: string; language: LanguageName; text: string }

/** Files of source beneath a path, in order, each read when it is asked for. What is left out is said in `notes`. No link is followed. */
export function* sourceFiles(
  { path, leavesOutSecrets }: SourcePlace,
  notes: Set<string>,
  wanted?: (language: LanguageName) => boolean,
): Generator<SourceFile> {
  let seen = 0
  for (const file of walk(path)) {
    if (leavesOutSecrets && mayHoldSecrets(file)) continue
    const language = languageOf(file)
    if (language === null || wanted?.(language) === false) continue
    seen += 1
    if (seen > mostFiles) {
      notes.add(`Only the first ${mostFiles} files were looked at: name a folder.`)
      return
    }
    const full = join(workspaceFolder, file)
    if (statSync(full).size > mostBytes) {
      notes.add(`${file} is larger than 1 MB and was left out.`)
      continue
    }
    const text = readFileSync(full, 'utf8')
    if (hasLongLine(text)) {
      notes.add(`${file} has lines that no person wrote and was left out.`)
      continue
    }
    yield { path: file, language, text }
  }
}

/** Code that was made smaller: what the parser says of a place costs as much as its line is long. */
function hasLongLine(text: string): boolean {
  for (let from = 0; ; ) {
    const end = text.indexOf('\n', from)
    if ((end === -1 ? text.length : end) - from > longestLine) return true
    if (end === -1) return false
    from = end + 1
  }
}

function* walk(start: string): Generator<string> {
  const queue = [start === '.' ? '' : start]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (path !== '' && statSync(join(workspaceFolder, path)).isFile()) {
      yield path
      continue
    }
    const entries = readdirSync(join(workspaceFolder, path), { withFileTypes: true })
      .filter((entry) => entry.isFile() || (entry.isDirectory() && !skip.has(entry.name)))
      .map(({ name }) => (path === '' ? name : `${path}/${name}`))
    queue.push(...entries.toSorted().toReversed())
  }
}
