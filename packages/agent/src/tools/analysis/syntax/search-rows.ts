import type { Cell } from '../analysis-answer.ts'
import { linesOf, oneLine, parseSource } from './parse-source.ts'
import type { SourceFile } from './source-files.ts'

/** Place, code, what the metavariables of the pattern stand for. */
export function* searchRows(file: SourceFile, pattern: string): Generator<Cell[]> {
  const names = [...new Set([...pattern.matchAll(/(\$\$\$|\$)([A-Z_][A-Z0-9_]*)/g)].map(([whole]) => whole))]
  for (const match of parseSource(file).findAll(pattern)) {
    const { from } = linesOf(match)
    const parts = names.flatMap((name) => {
      const bare = name.replace(/^\$+/, '')
      const nodes = name.startsWith('$$$') ? match.getMultipleMatches(bare) : [match.getMatch(bare)]
      const text = nodes.map((node) => node?.text() ?? '').join(' ')
      return text === '' ? [] : [`${name} = ${oneLine(text, 80)}`]
    })
    yield [`${file.path}:${from}`, oneLine(match.text()), parts.join(', ')]
  }
}
