import type { LanguageFn } from 'highlight.js'

type Load = () => Promise<{ default: LanguageFn }>
type Language = { name: string; load: Load; aliases?: string[] }

/** What can be highlighted, each language a file of its own that is loaded when it is met first. */
const LANGUAGES: Record<string, Language> = {
  bash: { name: 'Bash', load: () => import('highlight.js/lib/languages/bash'), aliases: ['sh', 'zsh', 'shell'] },
  c: { name: 'C', load: () => import('highlight.js/lib/languages/c'), aliases: ['h'] },
  cpp: { name: 'C++', load: () => import('highlight.js/lib/languages/cpp'), aliases: ['c++', 'cc', 'hpp'] },
  csharp: { name: 'C#', load: () => import('highlight.js/lib/languages/csharp'), aliases: ['cs', 'c#'] },
  css: { name: 'CSS', load: () => import('highlight.js/lib/languages/css') },
  diff: { name: 'Diff', load: () => import('highlight.js/lib/languages/diff'), aliases: ['patch'] },
  dockerfile: {
    name: 'Dockerfile',
    load: () => import('highlight.js/lib/languages/dockerfile'),
    aliases: ['docker', 'containerfile'],
  },
  elixir: { name: 'Elixir', load: () => import('highlight.js/lib/languages/elixir'), aliases: ['ex', 'exs'] },
  go: { name: 'Go', load: () => import('highlight.js/lib/languages/go'), aliases: ['golang'] },
  graphql: { name: 'GraphQL', load: () => import('highlight.js/lib/languages/graphql'), aliases: ['gql'] },
  haskell: { name: 'Haskell', load: () => import('highlight.js/lib/languages/haskell'), aliases: ['hs'] },
  http: { name: 'HTTP', load: () => import('highlight.js/lib/languages/http') },
  ini: { name: 'INI', load: () => import('highlight.js/lib/languages/ini'), aliases: ['toml', 'env', 'dotenv'] },
  java: { name: 'Java', load: () => import('highlight.js/lib/languages/java') },
  javascript: {
    name: 'JavaScript',
    load: () => import('highlight.js/lib/languages/javascript'),
    aliases: ['js', 'jsx', 'mjs', 'cjs', 'node'],
  },
  json: { name: 'JSON', load: () => import('highlight.js/lib/languages/json'), aliases: ['json5', 'jsonc', 'jsonl'] },
  kotlin: { name: 'Kotlin', load: () => import('highlight.js/lib/languages/kotlin'), aliases: ['kt', 'kts'] },
  latex: { name: 'LaTeX', load: () => import('highlight.js/lib/languages/latex'), aliases: ['tex'] },
  lua: { name: 'Lua', load: () => import('highlight.js/lib/languages/lua') },
  makefile: { name: 'Makefile', load: () => import('highlight.js/lib/languages/makefile'), aliases: ['make', 'mk'] },
  markdown: { name: 'Markdown', load: () => import('highlight.js/lib/languages/markdown'), aliases: ['md', 'mdx'] },
  nginx: { name: 'nginx', load: () => import('highlight.js/lib/languages/nginx') },
  nix: { name: 'Nix', load: () => import('highlight.js/lib/languages/nix') },
  perl: { name: 'Perl', load: () => import('highlight.js/lib/languages/perl'), aliases: ['pl'] },
  php: { name: 'PHP', load: () => import('highlight.js/lib/languages/php') },
  powershell: {
    name: 'PowerShell',
    load: () => import('highlight.js/lib/languages/powershell'),
    aliases: ['ps1', 'pwsh'],
  },
  python: { name: 'Python', load: () => import('highlight.js/lib/languages/python'), aliases: ['py', 'python3'] },
  r: { name: 'R', load: () => import('highlight.js/lib/languages/r') },
  ruby: { name: 'Ruby', load: () => import('highlight.js/lib/languages/ruby'), aliases: ['rb'] },
  rust: { name: 'Rust', load: () => import('highlight.js/lib/languages/rust'), aliases: ['rs'] },
  scala: { name: 'Scala', load: () => import('highlight.js/lib/languages/scala') },
  scss: { name: 'SCSS', load: () => import('highlight.js/lib/languages/scss'), aliases: ['sass'] },
  sql: {
    name: 'SQL',
    load: () => import('highlight.js/lib/languages/sql'),
    aliases: ['postgres', 'postgresql', 'mysql', 'sqlite'],
  },
  swift: { name: 'Swift', load: () => import('highlight.js/lib/languages/swift') },
  typescript: {
    name: 'TypeScript',
    load: () => import('highlight.js/lib/languages/typescript'),
    aliases: ['ts', 'tsx', 'mts'],
  },
  xml: {
    name: 'HTML',
    load: () => import('highlight.js/lib/languages/xml'),
    aliases: ['html', 'svg', 'vue', 'svelte'],
  },
  yaml: { name: 'YAML', load: () => import('highlight.js/lib/languages/yaml'), aliases: ['yml'] },
}

const byAlias = new Map(
  Object.entries(LANGUAGES).flatMap(([id, { aliases = [] }]) => [id, ...aliases].map((alias) => [alias, id] as const)),
)

/** The language behind what stands after a fence; null for what is unknown. Own names of aliases are kept: TOML is shown as TOML. */
export function findLanguage(written: string): { id: string; load: Load } | null {
  const id = byAlias.get(written.toLowerCase())
  const language = id === undefined ? undefined : LANGUAGES[id]
  return id === undefined || language === undefined ? null : { id, load: language.load }
}

const SPELLED: Record<string, string> = {
  toml: 'TOML',
  xml: 'XML',
  svg: 'SVG',
  jsx: 'JSX',
  tsx: 'TSX',
  vue: 'Vue',
  mermaid: 'Mermaid',
  csv: 'CSV',
}

/** How a language is written above its code: "SQL", "TypeScript"; an unknown one as the model wrote it. */
export function languageName(written: string): string {
  const key = written.toLowerCase()
  return SPELLED[key] ?? LANGUAGES[byAlias.get(key) ?? '']?.name ?? written.slice(0, 24)
}
