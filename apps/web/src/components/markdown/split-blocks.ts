/** Where one block of markdown ends and cannot change any more, whatever follows. */
type Scan = {
  text: string
  blocks: string[]
  /** Where the block that is still open begins, and the next line that was not looked at. */
  open: number
  at: number
  fence: { char: string; length: number } | null
  inMath: boolean
  isList: boolean
  afterBlank: boolean
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/
const HEADING = /^#{1,6}(?:\s|$)/

const newScan = (): Scan => ({
  text: '',
  blocks: [],
  open: 0,
  at: 0,
  fence: null,
  inMath: false,
  isList: false,
  afterBlank: false,
})

/**
 * Cuts growing markdown into blocks that can be rendered one by one: all but the last are final, so that only the tail is parsed again
 * as text is added. Each call looks only at what is new; a text that does not begin with the one before is cut from its start.
 */
export function createBlockSplitter(): (text: string) => string[] {
  let scan = newScan()
  return (text) => {
    if (!text.startsWith(scan.text)) scan = newScan()
    scan.text = text
    for (let end = text.indexOf('\n', scan.at); end >= 0; end = text.indexOf('\n', scan.at)) {
      takeLine(scan, text.slice(scan.at, end), end + 1)
    }
    return [...scan.blocks, ...splitTail(scan)].filter((block) => block.trim() !== '')
  }
}

/** A paragraph that has just begun behind a blank line ends the block before it, though its own line is not complete yet. */
function splitTail({ text, open, at, fence, inMath, afterBlank }: Scan): string[] {
  const begins = /^[^\s\-*+\d]/.test(text.slice(at, at + 1))
  return begins && afterBlank && !fence && !inMath ? [text.slice(open, at), text.slice(at)] : [text.slice(open)]
}

function close(scan: Scan, at: number) {
  const block = scan.text.slice(scan.open, at)
  if (block.trim() !== '') scan.blocks.push(block)
  scan.open = at
  scan.isList = false
}

/** One complete line; `next` is where the line after it begins. */
function takeLine(scan: Scan, line: string, next: number) {
  const start = scan.at
  scan.at = next
  const fence = FENCE.exec(scan.isList ? line.trimStart() : line)
  if (scan.fence) {
    const [, run = '', rest = ''] = fence ?? []
    if (run[0] !== scan.fence.char || run.length < scan.fence.length || rest.trim() !== '') return
    scan.fence = null
    if (!scan.isList) close(scan, next)
    return
  }
  if (scan.inMath) {
    if (line.includes('$$')) scan.inMath = false
    return
  }
  if (line.trim() === '') {
    scan.afterBlank = true
    return
  }
  const followsBlank = scan.afterBlank
  scan.afterBlank = false
  const isIndented = /^(?: {2}|\t)/.test(line)
  const isEmpty = scan.text.slice(scan.open, start).trim() === ''
  const belongs = scan.isList
    ? isIndented || LIST_ITEM.test(line)
    : /^(?: {4}|\t)/.test(line) && /^(?: {4}|\t)/.test(scan.text.slice(scan.open))
  const isOpeningFence = fence !== null && !(fence[1]?.[0] === '`' && fence[2]?.includes('`'))
  const breaks = followsBlank ? !belongs : !isIndented && (HEADING.test(line) || isOpeningFence)
  if (!isEmpty && breaks) close(scan, start)
  if (scan.text.slice(scan.open, start).trim() === '') scan.isList = LIST_ITEM.test(line)
  if (isOpeningFence) {
    scan.fence = { char: fence[1]![0]!, length: fence[1]!.length }
    return
  }
  if (!scan.isList && HEADING.test(line)) return close(scan, next)
  const math = line.split('$$').length - 1
  if (math % 2 === 1 && line.trimStart().startsWith('$$')) scan.inMath = true
}

/** The language and the code of a block that is nothing but a fence; null for any other block. An open fence runs to the end. */
export function readFence(block: string): { language: string; code: string; isClosed: boolean } | null {
  const lines = block.replace(/^\n+/, '').split('\n')
  const open = FENCE.exec(lines[0] ?? '')
  if (!open || /^ /.test(lines[0] ?? '') || (open[1]![0] === '`' && open[2]!.includes('`'))) return null
  const body = lines.slice(1)
  const end = body.findIndex((line) => {
    const [, run = '', rest = ''] = FENCE.exec(line) ?? []
    return run[0] === open[1]![0] && run.length >= open[1]!.length && rest.trim() === ''
  })
  if (end >= 0 && body.slice(end + 1).some((line) => line.trim() !== '')) return null
  const code = (end < 0 ? body : body.slice(0, end)).join('\n')
  return { language: open[2]!.trim().split(/[\s{]/)[0] ?? '', code, isClosed: end >= 0 }
}
