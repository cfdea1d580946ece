/** A list's mark with nothing behind it yet, also one that may become a task. */
const BARE_MARK = /(?:^|\n)[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]*(?:\[[ xX]?(?:\][ \t]*)?)?$/
/** The beginning of one of the few tags that are read. */
const OPEN_TAG = /<(?:\/?[a-z]{0,3} ?\/?)?$/i
/** A formula that is not closed. Where it gets long it is shown as it is written. */
const OPEN_FORMULA = /\\(?:\((?:(?!\\\))[^\n]){0,120})?$/
const cells = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/).length

/**
 * Growing markdown without its last characters where these cannot be told yet: shown now they would be one thing, and another a moment
 * later. They come as soon as what follows tells what they are, or the text ends.
 */
export function holdBack(source: string): string {
  return withoutTableHead(source).replace(BARE_MARK, '').replace(OPEN_TAG, '').replace(OPEN_FORMULA, '')
}

/** Bars are a table from the line of dashes on, and words with bars in them before it. */
function withoutTableHead(source: string): string {
  const lines = source.replace(/\n$/, '').split('\n')
  const from = lines.findLastIndex((line) => !/^ {0,3}\|/.test(line)) + 1
  const [head, dashes, body] = lines.slice(from)
  if (head === undefined || body !== undefined) return source
  const isTable = dashes !== undefined && (!/^[|\s:-]*$/.test(dashes) || cells(dashes) >= cells(head))
  return isTable ? source : lines.slice(0, from).join('\n')
}
