/** Takes secrets out of a text, wherever they came in: each known one, and what stands before the @ of an address. */
export type Scrub = (text: string) => string

/** `secrets`: known ones, as they are; short ones are let be, as they would blacken ordinary words. */
export function createScrub(secrets: readonly (string | null)[]): Scrub {
  const known = [...new Set(secrets.filter((secret) => secret !== null && secret.length >= 6))]
    .flatMap((secret) =>
      secret === null ? [] : [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
    )
    .toSorted((a, b) => b.length - a.length)
  return (text) => {
    let clean = text
    for (const secret of known) clean = clean.replaceAll(secret, '***')
    return clean.replaceAll(/\/\/[^/@\s"]*@/g, '//***@').replaceAll(/rey_[\w-]{8,}/g, 'rey_***')
  }
}
