/**
 * Where a person goes after signing in: a path of this server, whatever an address says. Another site's page could have made the link.
 * @param origin this page's own
 */
export function safeNext(asked: string | null, origin: string): string {
  if (asked === null || !asked.startsWith('/')) return '/'
  try {
    const { origin: there, pathname, search, hash } = new URL(asked, origin)
    // What the browser would read as another host ("//evil", "/\evil") has another origin here too.
    return there === origin && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/'
  } catch {
    return '/'
  }
}
