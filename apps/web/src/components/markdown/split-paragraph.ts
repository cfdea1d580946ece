import remend from 'remend'

/** About as many characters are parsed again for each step of a paragraph that grows. */
const PIECE = 400
/** How many places are tried for a cut before it waits for more text. */
const TRIES = 6
/** Anything but words at the start of a line may begin something else than a paragraph; a bar may make a table. */
const NOT_PLAIN = /^(?!\p{L})|\n(?!\p{L})|\|/u
/** Markup that may reach over a cut, or that means something to its surroundings. */
const REACHES = /[<>\\$~`]/
const CUT = /[\p{L}\p{N}.,;:!?] (?=\p{L})/gu

/** What could be markup, a link without markup, an entity or the end of a line. */
const MARKUP = /[*_`~[\]<>\\$&!|#@\n]|https?:|ftp:|www\./i

/** True where the inside of a paragraph is shown as it is written. */
export const isPlainText = (source: string) => !MARKUP.test(source)

/**
 * Cuts a growing paragraph into pieces with no markup open at their ends, so that only the last one is parsed again as text is added;
 * between two pieces stood one space. Null for a block that is no plain paragraph. Pieces stay as they are as long as the text only grows.
 */
export function createParagraphSplitter(): (source: string) => string[] | null {
  let pieces: string[] = []
  let settled = ''
  return (source) => {
    if (NOT_PLAIN.test(source)) return null
    if (!source.startsWith(settled)) {
      pieces = []
      settled = ''
    }
    for (let rest = source.slice(settled.length); rest.length > 2 * PIECE; ) {
      const length = findCut(rest)
      if (length === null) break
      pieces = [...pieces, rest.slice(0, length)]
      settled += rest.slice(0, length + 1)
      rest = rest.slice(length + 1)
    }
    return [...pieces, source.slice(settled.length)]
  }
}

/** The length of a piece that can be cut off; null while something is open in all that was tried. */
function findCut(rest: string): number | null {
  CUT.lastIndex = PIECE
  for (let tried = 0; tried < TRIES; tried++) {
    const found = CUT.exec(rest)
    if (found === null) return null
    const length = found.index + found[0].length - 1
    if (isClosed(rest.slice(0, length))) return length
    CUT.lastIndex = found.index + PIECE / 4
  }
  return null
}

function isClosed(piece: string): boolean {
  const count = (mark: string) => piece.split(mark).length
  return (
    !REACHES.test(piece) &&
    count('[') === count(']') &&
    count('(') === count(')') &&
    remend(`${piece}x`) === `${piece}x`
  )
}
