/** Pages of ours that the help can lead back to. What stands in an address is anybody's, so nothing else is taken. */
const PAGES = /^\/(?:chat\/[0-9a-f-]{36}|settings(?:\/models)?|welcome)$/

/**
 * The address of the help, opened from a page of ours.
 * @param from the path of that page
 * @param part the anchor of one part; absent: the beginning
 */
export function helpAddress(from: string, part?: string): string {
  return `/help${PAGES.test(from) ? `?from=${encodeURIComponent(from)}` : ''}${part === undefined ? '' : `#${part}`}`
}

/** Where the help's way back leads: the page that it was opened from, else a new chat. @param from as the address has it */
export function backFromHelp(from: unknown): string {
  return typeof from === 'string' && PAGES.test(from) ? from : '/'
}
