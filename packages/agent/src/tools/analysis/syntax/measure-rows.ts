import type { Cell } from '../analysis-answer.ts'
import { languages } from './languages.ts'
import { linesOf, type Node, nodesOf, parseSource } from './parse-source.ts'
import type { SourceFile } from './source-files.ts'

type Measured = { node: Node; from: number; to: number; decisions: number; deepest: number; nested: Span[] }
type Span = { start: number; end: number }

/** Place, function, cyclomatic complexity, lines, deepest nesting, parameters. What lies in a function within counts for that one only. */
export function* measureRows(file: SourceFile): Generator<Cell[]> {
  const { functions, decisions, nesting } = languages[file.language]
  if (functions.length === 0) return
  const root = parseSource(file)
  const all: Measured[] = nodesOf(root, functions).map((node) => ({
    node,
    ...linesOf(node),
    decisions: 0,
    deepest: 0,
    nested: [],
  }))
  const holder = innermost(all)
  for (const node of [...nodesOf(root, decisions), ...shortCircuits(root, file)]) {
    const within = holder(spanOf(node).start)
    if (within) within.decisions += 1
  }
  for (const node of nodesOf(root, nesting)) {
    if (isElseIf(node)) continue
    const span = spanOf(node)
    const within = holder(span.start)
    if (!within) continue
    within.nested = within.nested.filter(({ end }) => end > span.start)
    within.nested.push(span)
    within.deepest = Math.max(within.deepest, within.nested.length)
  }
  for (const { node, from, to, decisions: count, deepest } of all) {
    const name = nameOf(node)
    // Small callbacks would only stand in the way of what has a name.
    if (name === null && count === 0 && to - from < 20) continue
    yield [`${file.path}:${from}`, name ?? '(without a name)', count + 1, to - from + 1, deepest, parametersOf(node)]
  }
}

const spanOf = (node: Node): Span => {
  const { start, end } = node.range()
  return { start: start.index, end: end.index }
}

/** Which function holds a place, the innermost one. */
function innermost(all: readonly Measured[]): (place: number) => Measured | null {
  const spans = all.map((measured) => ({ measured, ...spanOf(measured.node) }))
  return (place) => {
    let [low, high] = [0, spans.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((spans[middle]?.start ?? 0) <= place) low = middle + 1
      else high = middle
    }
    for (let index = low - 1; index >= 0; index--) {
      const span = spans[index]
      if (span && span.end > place) return span.measured
    }
    return null
  }
}

/** `&&`, `||` and `??`: a way more each. */
function shortCircuits(root: Node, { language }: SourceFile): Node[] {
  if (language === 'python') return []
  return nodesOf(root, ['binary_expression']).filter((node) =>
    /^(?:&&|\|\||\?\?)$/.test(node.field('operator')?.text() ?? ''),
  )
}

function isElseIf(node: Node): boolean {
  const above = node.parent()
  return node.kind() === 'if_statement' && (above?.kind() === 'else_clause' || above?.kind() === 'if_statement')
}

function nameOf(node: Node): string | null {
  const own = node.field('name')
  if (own) return own.text().slice(0, 120)
  const above = node.parent()
  const name = above?.kind() === 'variable_declarator' || above?.kind() === 'pair' ? above.child(0) : null
  return name ? name.text().slice(0, 120) : null
}

function parametersOf(node: Node): number {
  const list = node.field('parameters')
  if (!list) return node.field('parameter') ? 1 : 0
  return list.namedChildren().filter((child) => !/comment/.test(String(child.kind()))).length
}
