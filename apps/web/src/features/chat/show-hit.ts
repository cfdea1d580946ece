const NAME = 'search-hit'
/** Frames in which rows that are measured may still move what was found. */
const FRAMES = 12
const WORD = /[\p{L}\p{N}\p{M}]+/gu
const BLOCKS = 'p, li, td, th, h3, h4, h5, h6, pre, figure, div'

/**
 * Marks the searched words in a turn and brings the sentence that was found into sight: a long answer is no hit by itself. The marks lie
 * over the text (CSS highlights), so that nothing in it is made anew; a browser without them shows the place only.
 * @returns how to take the marks away; null where nothing was found in the text as it is shown
 */
export function showHit(row: HTMLElement, viewport: HTMLElement, query: string): (() => void) | null {
  const found = findWords(row, query)
  if (found.length === 0) return null
  const isMarked = canMark()
  if (isMarked) CSS.highlights.set(NAME, new Highlight(...found))
  const best = bestOf(found)
  let frame = 0
  let left = FRAMES
  const bring = () => {
    const { top, bottom } = best.getBoundingClientRect()
    const window = viewport.getBoundingClientRect()
    const isInSight = top >= window.top + 24 && bottom <= window.bottom - 24
    if (!isInSight) viewport.scrollTop += top - window.top - viewport.clientHeight / 3
    if (--left > 0) frame = requestAnimationFrame(bring)
  }
  // A reader who scrolls on is not called back.
  const letGo = () => cancelAnimationFrame(frame)
  for (const type of ['wheel', 'touchmove', 'keydown'])
    viewport.addEventListener(type, letGo, { once: true, passive: true })
  bring()
  return () => {
    letGo()
    if (isMarked) CSS.highlights.delete(NAME)
  }
}

/** Where not, the turn as a whole has to say where to look. */
export const canMark = () => typeof Highlight === 'function' && 'highlights' in CSS

/** Where words of the row begin like one of the query, as the search itself compares them; else where the query stands within words. */
function findWords(row: HTMLElement, query: string): Range[] {
  const words = [...query.matchAll(WORD)].map(([word]) => fold(word)).filter((word) => word !== '')
  const literal = query.trim().toLowerCase()
  const begun = findIn(row, function* (text) {
    for (const { 0: word, index } of text.matchAll(WORD)) {
      const folded = fold(word)
      if (words.some((each) => folded.startsWith(each))) yield [index, index + word.length]
    }
  })
  if (begun.length > 0 || literal === '') return begun
  return findIn(row, function* (text) {
    const lower = text.toLowerCase()
    for (let at = lower.indexOf(literal); at >= 0; at = lower.indexOf(literal, at + literal.length)) {
      if (lower.length === text.length) yield [at, at + literal.length]
    }
  })
}

function fold(word: string): string {
  return word.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ς', 'σ')
}

function findIn(row: HTMLElement, placesOf: (text: string) => Iterable<[from: number, to: number]>): Range[] {
  const found: Range[] = []
  const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    if (node.parentElement?.closest('button, h2, .sr-only, .katex-mathml')) continue
    for (const [from, to] of placesOf(node.nodeValue ?? '')) {
      const range = document.createRange()
      range.setStart(node, from)
      range.setEnd(node, to)
      found.push(range)
    }
  }
  return found
}

/** The first word of the block that holds most of the searched ones. */
function bestOf(found: Range[]): Range {
  const blockOf = (range: Range) => range.startContainer.parentElement?.closest(BLOCKS) ?? null
  const wordsIn = (ranges: Range[]) => new Set(ranges.map((range) => range.toString().toLowerCase())).size
  const [best] = [...Map.groupBy(found, blockOf).values()].toSorted((a, b) => wordsIn(b) - wordsIn(a))
  return best?.[0] ?? found[0]!
}
