import { languages } from './languages.ts'
import { linesOf, type Node, nodesOf, oneLine } from './parse-source.ts'
import type { SourceFile } from './source-files.ts'

/** Something that a file defines. `depth`: how many definitions it lies within. `exported`: whether others can use it. */
export type Definition = {
  name: string
  what: string
  from: number
  to: number
  depth: number
  exported: boolean
  node: Node
}

const functionKinds = new Set(['arrow_function', 'function_expression', 'generator_function', 'class'])

/** What a file defines, in the order of its text. */
export function findDefinitions(root: Node, file: Pick<SourceFile, 'language'>): Definition[] {
  const { definitions } = languages[file.language]
  const open: Definition[] = []
  const found: Definition[] = []
  for (const node of nodesOf(root, Object.keys(definitions))) {
    const name = nameOf(node, file.language)
    if (name === null) continue
    const { from, to } = linesOf(node)
    const start = node.range().start.index
    while (open.length > 0 && (open.at(-1)?.node.range().end.index ?? 0) <= start) open.pop()
    const within = open.at(-1)
    const kind = String(node.kind())
    if (kind === 'variable_declarator' && !isWorthNaming(node, within)) continue
    const value = kind === 'variable_declarator' ? node.field('value') : null
    const holdsFunction = value !== null && functionKinds.has(String(value.kind()))
    const definition = {
      name,
      what: holdsFunction ? (value.kind() === 'class' ? 'class' : 'function') : (definitions[kind] ?? kind),
      from,
      to,
      depth: open.length,
      exported: isExported(node, name, file.language, within),
      node,
    }
    found.push(definition)
    open.push(definition)
  }
  return found
}

/** Variables are named where a module holds them, or where they hold a function. */
function isWorthNaming(node: Node, within: Definition | undefined): boolean {
  const value = node.field('value')
  if (value !== null && functionKinds.has(String(value.kind()))) return true
  const above = node.parent()?.parent()
  return within === undefined && (above?.kind() === 'program' || above?.kind() === 'export_statement')
}

function nameOf(node: Node, language: SourceFile['language']): string | null {
  if (language === 'css') return oneLine(node.text().split('{')[0] ?? '', 120)
  if (language === 'html') return htmlName(node)
  const name = node.field('name')
  if (name === null) return null
  const receiver = node.kind() === 'method_declaration' ? node.field('receiver') : null
  const type = receiver?.find({ rule: { kind: 'type_identifier' } })
  return type ? `${type.text()}.${name.text()}` : oneLine(name.text(), 120)
}

/** Headings, and what has an id: all else of a page is its form. */
function htmlName(node: Node): string | null {
  const tag = /^<([a-z][a-z0-9-]*)((?:\s[^>]*)?)>/i.exec(node.child(0)?.text().slice(0, 2_000) ?? '')
  if (!tag) return null
  const id = /\sid\s*=\s*["']?([^\s"'>]+)/i.exec(tag[2] ?? '')?.[1]
  const isHeading = /^h[1-6]$/i.test(tag[1] ?? '')
  const isCode = node.kind() !== 'element'
  if (id === undefined && !isHeading && !isCode) return null
  const words = isHeading ? ` ${oneLine(node.text().replaceAll(/<[^>]*>/g, ''), 80)}` : ''
  return `${tag[1]}${id === undefined ? '' : `#${id}`}${words}`
}

function isExported(
  node: Node,
  name: string,
  language: SourceFile['language'],
  within: Definition | undefined,
): boolean {
  switch (language) {
    case 'javascript':
    case 'typescript':
    case 'tsx': {
      if (within !== undefined) return false
      const above = node.kind() === 'variable_declarator' ? node.parent() : node
      return above?.parent()?.kind() === 'export_statement'
    }
    case 'python':
      return !name.startsWith('_') && (within === undefined || within.what === 'class')
    case 'go':
      return /^\p{Lu}/u.test(name.split('.').at(-1) ?? '')
    default:
      return false
  }
}
