import type { FoundPage } from './web-access.ts'

/** Sources as a model reads them: numbered, each with its address. */
export function listSources(found: readonly FoundPage[]): string {
  const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
  return found
    .map(({ title, url, snippet }, index) =>
      `${index + 1}. ${oneLine(title)}\n   ${url}\n   ${oneLine(snippet)}`.trimEnd(),
    )
    .join('\n')
}
