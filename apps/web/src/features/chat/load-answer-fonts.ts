/** Emphasis and code, which a page without answers does not fetch: there before the first word that is set in them, so that none moves. */
const FACES = { '--font-hanken-italic': 'italic 16px', '--font-spline': '16px' } as const

export function loadAnswerFonts(): void {
  const style = getComputedStyle(document.documentElement)
  for (const [variable, face] of Object.entries(FACES)) {
    // Out of reach: the system's own font serves.
    document.fonts.load(`${face} ${style.getPropertyValue(variable)}`).catch(() => {})
  }
}
