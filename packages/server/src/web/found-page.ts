import type { FoundPage } from '@reynard/agent'

const longest = { title: 300, snippet: 600, url: 2_000 }
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', '#39': "'" }

/**
 * Results as plain text: marks of HTML are taken out, what leads nowhere on the web is left out, nothing is longer than anybody reads.
 * Whoever wrote the pages wrote these words too.
 */
export function foundPages(
  results: readonly { title: string; url: string; snippet: string }[],
  count: number,
): FoundPage[] {
  return results
    .flatMap(({ title, url, snippet }) => {
      const address = URL.parse(url)
      const isWeb = address !== null && /^https?:$/.test(address.protocol) && address.username === ''
      if (!isWeb || address.href.length > longest.url) return []
      const name = plain(title, longest.title) || address.host
      return [{ title: name, url: address.href, snippet: plain(snippet, longest.snippet) }]
    })
    .slice(0, count)
}

function plain(html: string, most: number): string {
  return html
    .slice(0, most * 10)
    .replaceAll(/<\/?[a-z][^<>]{0,300}>/gi, '')
    .replaceAll(/&(#?\w{1,8});/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed()
}
