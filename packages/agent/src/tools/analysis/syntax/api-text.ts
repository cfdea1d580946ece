import { type Definition, findDefinitions } from './definitions.ts'
import { type Node, oneLine, parseSource } from './parse-source.ts'
import type { SourceFile } from './source-files.ts'

const mostSignature = 1_200

/** What a file offers to others, as markdown: signatures and the words that stand with them. Empty where it offers nothing. */
export function apiText(file: SourceFile): string {
  if (file.language === 'css' || file.language === 'html') return ''
  const root = parseSource(file)
  const isScript = file.language !== 'python' && file.language !== 'go'
  const all = findDefinitions(root, file)
  const offered = all.filter((each) => each.exported || (isScript && isPublicMember(each, all)))
  const parts = offered.map((each) => describe(each, file))
  const passedOn = isScript ? namesPassedOn(root) : []
  if (parts.length === 0 && passedOn.length === 0) return ''
  const rest = passedOn.length > 0 ? [`Also exported: ${passedOn.map((name) => `\`${name}\``).join(', ')}`] : []
  return [`## ${file.path}`, ...parts, ...rest].join('\n\n')
}

function describe(definition: Definition, file: SourceFile): string {
  const { name, what, from, depth, node } = definition
  const words = file.language === 'python' ? docstringOf(node) : commentAbove(node)
  const code = `\`\`\`${file.language}\n${signatureOf(definition, file)}\n\`\`\``
  const title = `${depth > 0 ? '####' : '###'} ${name} (${what}, line ${from})`
  return [title, code, ...(words === '' ? [] : [words])].join('\n\n')
}

/** Members of an exported class that others may call. */
function isPublicMember(definition: Definition, all: Definition[]): boolean {
  if (definition.what !== 'method' || definition.depth !== 1) return false
  const text = definition.node.text()
  if (/^(?:private|protected)\b/.test(text) || /^(?:async |static |get |set )*#/.test(text)) return false
  const owner = all.findLast((each) => each.depth === 0 && each.from <= definition.from && each.to >= definition.to)
  return owner?.exported === true && owner.what === 'class'
}

/** A declaration without its body; types, interfaces and enums are their own signature. */
function signatureOf({ node, what }: Definition, { text }: SourceFile): string {
  const holder = node.kind() === 'variable_declarator' ? (node.parent() ?? node) : node
  const value = node.field('value')
  const body = node.field('body') ?? value?.field('body') ?? null
  const isWhole = what === 'type' || what === 'interface' || what === 'enum'
  const start = holder.range().start.index
  if (isWhole || body === null) return holder.text().slice(0, mostSignature)
  const end = body.range().start.index
  // Indexes count characters of the text as JavaScript does.
  return text
    .slice(start, Math.min(end, start + mostSignature))
    .trimEnd()
    .replace(/\s*=>$/, '')
    .trimEnd()
}

function commentAbove(node: Node): string {
  let holder: Node | null = node
  while (
    holder &&
    /declarator|lexical_declaration|_spec|type_declaration|export_statement/.test(String(holder.parent()?.kind()))
  )
    holder = holder.parent()
  const lines: string[] = []
  for (let above = holder?.prev() ?? null; above?.kind() === 'comment'; above = above.prev()) {
    lines.unshift(above.text())
    if (above.text().startsWith('/*')) break
  }
  return cleanComment(lines.join('\n'))
}

function cleanComment(text: string): string {
  return text
    .replace(/^\/\*+/, '')
    .replace(/\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\*|\/\/+)\s?/, '').trimEnd())
    .join('\n')
    .trim()
}

function docstringOf(node: Node): string {
  const first = node.field('body')?.namedChildren()[0]
  const string = first?.kind() === 'expression_statement' ? first.child(0) : null
  if (string?.kind() !== 'string') return ''
  return string
    .text()
    .replace(/^[rbuRBU]*("""|'''|"|')/, '')
    .replace(/("""|'''|"|')$/, '')
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim()
}

/** `export { a, b as c }` and `export * from 'x'`. */
function namesPassedOn(root: Node): string[] {
  return root.findAll({ rule: { kind: 'export_statement' } }).flatMap((node) => {
    const clause = node.find({ rule: { kind: 'export_clause' } })
    if (clause) return clause.namedChildren().map((each) => oneLine(each.text(), 100))
    return /^export\s*\*/.test(node.text()) ? [oneLine(node.text().replace(/^export\s*/, ''), 100)] : []
  })
}
