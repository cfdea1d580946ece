import { findLanguage } from '../../components/markdown/languages.ts'

/** How a file is best looked at, by its name alone: what is in it decides when it is read. */
export type FileKind = 'image' | 'table' | 'markdown' | 'document' | 'archive' | 'code' | 'text'

const byExtension: Record<string, FileKind> = {
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  csv: 'table',
  tsv: 'table',
  md: 'markdown',
  markdown: 'markdown',
  zip: 'archive',
  tar: 'archive',
  tgz: 'archive',
  pdf: 'document',
  docx: 'document',
  xlsx: 'document',
  pptx: 'document',
}
const byName: Record<string, string> = { dockerfile: 'dockerfile', makefile: 'makefile' }

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase()
}

/** The language of a source file, as its name says; null where it is none that can be coloured. */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const written = byName[name] ?? extensionOf(path)
  return written !== '' && findLanguage(written) !== null ? written : null
}

export function kindOfFile(path: string): FileKind {
  if (path.toLowerCase().endsWith('.tar.gz')) return 'archive'
  return byExtension[extensionOf(path)] ?? (languageOf(path) === null ? 'text' : 'code')
}

/** TSV, where its name says so; else CSV. */
export const isTabSeparated = (path: string) => extensionOf(path) === 'tsv'
