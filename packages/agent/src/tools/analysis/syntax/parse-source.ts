import go from '@ast-grep/lang-go'
import python from '@ast-grep/lang-python'
import { parse, registerDynamicLanguage, type SgNode } from '@ast-grep/napi'
import { languages } from './languages.ts'
import type { SourceFile } from './source-files.ts'

registerDynamicLanguage({ python, go })

export type Node = SgNode

/** The tree of a file. Native code reads an attacker's bytes here: behind L3 only. */
export function parseSource({ text, language }: Pick<SourceFile, 'text' | 'language'>): Node {
  return parse(languages[language].parser, text).root()
}

/** All nodes of some kinds, in the order of the text. */
export function nodesOf(root: Node, kinds: readonly string[]): Node[] {
  return kinds.length === 0 ? [] : root.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } })
}

/** Lines of a node, from 1. */
export function linesOf(node: Node): { from: number; to: number } {
  const { start, end } = node.range()
  return { from: start.line + 1, to: end.line + 1 }
}

/** The first line of a text, in one piece and no longer than a cell. */
export function oneLine(text: string, most = 200): string {
  const line = text.trimStart().split('\n', 1)[0]?.trim() ?? ''
  return line.length > most ? `${line.slice(0, most)}…` : line
}
