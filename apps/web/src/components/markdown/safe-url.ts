/** Links may lead to pages and mail. Everything else (scripts, data, files, places inside this app) is text. */
export function safeUrl(url: string): string | null {
  try {
    const { protocol } = new URL(url)
    return protocol === 'http:' || protocol === 'https:' || protocol === 'mailto:' ? url : null
  } catch {
    return null
  }
}
