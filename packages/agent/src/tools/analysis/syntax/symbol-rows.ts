import type { Cell } from '../analysis-answer.ts'
import { findDefinitions } from './definitions.ts'
import { linesOf, parseSource } from './parse-source.ts'
import type { SourceFile } from './source-files.ts'

const mostLine = 200

/** Place, what, the line: where a name is defined, then where it is used. Names in text and comments are none. */
export function* symbolRows(file: SourceFile, name: string): Generator<Cell[]> {
  if (!file.text.includes(name)) return
  const lines = file.text.split('\n')
  const codeAt = (line: number) => (lines[line - 1] ?? '').trim().slice(0, mostLine)
  const root = parseSource(file)
  const defined = new Set<number>()
  for (const { name: found, what, node } of findDefinitions(root, file)) {
    if (found !== name && !(file.language === 'go' && found.endsWith(`.${name}`))) continue
    const { from } = linesOf(node.field('name') ?? node)
    defined.add(from)
    yield [`${file.path}:${from}`, `defines ${what}`, codeAt(from)]
  }
  const leaves = root.findAll({ rule: { regex: `^${escapeRegex(name)}$` } })
  const seen = new Set<number>()
  for (const leaf of leaves) {
    if (!leaf.isLeaf() || !String(leaf.kind()).includes('identifier')) continue
    const { from } = linesOf(leaf)
    if (defined.has(from) || seen.has(from)) continue
    seen.add(from)
    yield [`${file.path}:${from}`, isImported(codeAt(from)) ? 'imports' : 'uses', codeAt(from)]
  }
}

const isImported = (line: string) => /^(?:import\b|from\b.*\bimport\b|.*\brequire\()/.test(line)

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
