import type { Cell } from '../analysis-answer.ts'
import { findDefinitions } from './definitions.ts'
import { parseSource } from './parse-source.ts'
import type { SourceFile } from './source-files.ts'

/** Place, what, name (indented by what it lies in), exported. */
export function* outlineRows(file: SourceFile): Generator<Cell[]> {
  for (const { name, what, from, to, depth, exported } of findDefinitions(parseSource(file), file))
    yield [`${file.path}:${from}-${to}`, what, `${'  '.repeat(Math.min(depth, 10))}${name}`, exported ? 'yes' : '']
}
