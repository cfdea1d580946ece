import { extname } from 'node:path'

/** Languages whose grammar is here, under the names of ast-grep. */
export type LanguageName = 'javascript' | 'typescript' | 'tsx' | 'python' | 'go' | 'css' | 'html'

type Language = {
  /** As the parser calls it. */
  parser: string
  extensions: readonly string[]
  /** Kinds of nodes that define something, and what people call it. */
  definitions: Readonly<Record<string, string>>
  /** Kinds of nodes that are measured as functions. */
  functions: readonly string[]
  /** Kinds of nodes that are a decision each. */
  decisions: readonly string[]
  /** Kinds of nodes that lead one level deeper. */
  nesting: readonly string[]
}

const script = {
  definitions: {
    function_declaration: 'function',
    generator_function_declaration: 'function',
    class_declaration: 'class',
    method_definition: 'method',
    variable_declarator: 'variable',
  },
  functions: [
    'function_declaration',
    'generator_function_declaration',
    'function_expression',
    'arrow_function',
    'method_definition',
  ],
  decisions: [
    ...['if_statement', 'for_statement', 'for_in_statement', 'while_statement', 'do_statement'],
    ...['switch_case', 'catch_clause', 'ternary_expression'],
  ],
  nesting: [
    ...['if_statement', 'for_statement', 'for_in_statement', 'while_statement', 'do_statement'],
    ...['switch_statement', 'try_statement'],
  ],
}
const typed = {
  ...script,
  definitions: {
    ...script.definitions,
    abstract_class_declaration: 'class',
    interface_declaration: 'interface',
    type_alias_declaration: 'type',
    enum_declaration: 'enum',
  },
}

export const languages: Readonly<Record<LanguageName, Language>> = {
  javascript: { parser: 'JavaScript', extensions: ['.js', '.mjs', '.cjs', '.jsx'], ...script },
  typescript: { parser: 'TypeScript', extensions: ['.ts', '.mts', '.cts'], ...typed },
  tsx: { parser: 'Tsx', extensions: ['.tsx'], ...typed },
  python: {
    parser: 'python',
    extensions: ['.py', '.pyi'],
    definitions: { function_definition: 'function', class_definition: 'class' },
    functions: ['function_definition'],
    decisions: [
      ...['if_statement', 'elif_clause', 'for_statement', 'while_statement', 'except_clause', 'case_clause'],
      ...['conditional_expression', 'if_clause', 'boolean_operator'],
    ],
    nesting: ['if_statement', 'for_statement', 'while_statement', 'try_statement', 'with_statement', 'match_statement'],
  },
  go: {
    parser: 'go',
    extensions: ['.go'],
    definitions: {
      function_declaration: 'function',
      method_declaration: 'method',
      type_spec: 'type',
      const_spec: 'constant',
      var_spec: 'variable',
    },
    functions: ['function_declaration', 'method_declaration', 'func_literal'],
    decisions: ['if_statement', 'for_statement', 'expression_case', 'type_case', 'communication_case'],
    nesting: [
      'if_statement',
      'for_statement',
      'expression_switch_statement',
      'type_switch_statement',
      'select_statement',
    ],
  },
  css: {
    parser: 'Css',
    extensions: ['.css'],
    definitions: { rule_set: 'rule', keyframes_statement: 'keyframes', media_statement: 'media' },
    functions: [],
    decisions: [],
    nesting: [],
  },
  html: {
    parser: 'Html',
    extensions: ['.html', '.htm'],
    definitions: { element: 'element', script_element: 'script', style_element: 'style' },
    functions: [],
    decisions: [],
    nesting: [],
  },
}

export const languageNames = Object.keys(languages).filter(isLanguage)

/** The language of a file by its name; null where no grammar for it is here. */
export function languageOf(path: string): LanguageName | null {
  const extension = extname(path).toLowerCase()
  return languageNames.find((name) => languages[name].extensions.includes(extension)) ?? null
}

/** Whether a grammar of this name is here. */
export function isLanguage(name: string): name is LanguageName {
  return Object.hasOwn(languages, name)
}
