export type PatchLine =
  | { kind: 'hunk'; from: number; to: number; heading: string }
  | { kind: 'same' | 'add' | 'remove'; number: number; text: string }
  | { kind: 'note'; text: string }

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,(\d+))? @@ ?(.*)$/

/** A unified diff without file headers, line by line. Numbers are those of the new file, of the old one where a line is removed. */
export function parsePatch(patch: string): PatchLine[] {
  const lines: PatchLine[] = []
  let before = 1
  let after = 1
  for (const line of patch.replace(/\n$/, '').split('\n')) {
    const hunk = HUNK.exec(line)
    const body = line.slice(1)
    if (hunk) {
      before = Number(hunk[1])
      after = Number(hunk[2])
      lines.push({
        kind: 'hunk',
        from: after,
        to: after + Math.max(1, Number(hunk[3] ?? 1)) - 1,
        heading: hunk[4] ?? '',
      })
    } else if (line.startsWith('+')) lines.push({ kind: 'add', number: after++, text: body })
    else if (line.startsWith('-')) lines.push({ kind: 'remove', number: before++, text: body })
    else if (line.startsWith('\\')) lines.push({ kind: 'note', text: body.trim() })
    else {
      lines.push({ kind: 'same', number: after++, text: body })
      before++
    }
  }
  return lines
}
