import { structuredPatch } from 'diff'

/** Longer diffs are cut here: a person reads the file instead. */
const mostLines = 400
/** Two long texts without a line in common would keep the server busy. Milliseconds. */
const timeoutMs = 200

/** The hunks of a unified diff of two texts, without file headers; empty when they are equal. Never longer than 400 lines. */
export function diffTexts(before: string, after: string): string {
  if (before === after) return ''
  const patch = structuredPatch('', '', before, after, '', '', { context: 3, timeout: timeoutMs })
  if (patch === undefined) {
    const count = (text: string) => text.split('\n').length
    return `@@ -1,${count(before)} +1,${count(after)} @@\n too different to be shown line by line`
  }
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${place(hunk.oldStart, hunk.oldLines)} +${place(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines,
  ])
  const rest = lines.length - mostLines
  return rest > 0 ? [...lines.slice(0, mostLines), `… ${rest} more lines`].join('\n') : lines.join('\n')
}

/** Where nothing stands, a diff names the line before. */
const place = (start: number, lines: number) => `${lines === 0 ? start - 1 : start},${lines}`
