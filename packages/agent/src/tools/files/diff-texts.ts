import { structuredPatch } from 'diff'

/** Longer diffs are cut here: a person reads the file instead. */
const mostLines = 400
/** Comparing costs the square of how much differs; beyond this many lines one text is shown after the other. */
const mostChanges = 1_000

/** The hunks of a unified diff of two texts, without file headers; empty when they are equal. Never longer than 400 lines. */
export function diffTexts(before: string, after: string): string {
  if (before === after) return ''
  const patch = structuredPatch('', '', before, after, '', '', { context: 3, maxEditLength: mostChanges })
  const lines = patch?.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: body }) => [
    header(oldStart, oldLines, newStart, newLines),
    ...body,
  ]) ?? [...replaced(before, after)]
  const rest = lines.length - mostLines
  return rest > 0 ? [...lines.slice(0, mostLines), `… ${rest} more lines`].join('\n') : lines.join('\n')
}

function header(oldStart: number, oldLines: number, newStart: number, newLines: number): string {
  // Where nothing stands, a diff names the line before.
  const place = (start: number, lines: number) => `${lines === 0 ? start - 1 : start},${lines}`
  return `@@ -${place(oldStart, oldLines)} +${place(newStart, newLines)} @@`
}

function* replaced(before: string, after: string): Generator<string> {
  const linesOf = (text: string) => text.replace(/\n$/, '').split('\n')
  const [old, now] = [linesOf(before), linesOf(after)]
  yield header(1, old.length, 1, now.length)
  for (const line of old) yield `-${line}`
  for (const line of now) yield `+${line}`
}
