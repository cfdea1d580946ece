import type { FileDiff } from './tool.ts'

const fileHeader = /^diff --git /
/** As git writes names without quotes; a quoted one is read as it stands between its quotes. */
const named = (line: string, from: number) =>
  line
    .slice(from)
    .replace(/\t$/, '')
    .replace(/^"(.*)"$/, '$1')
const beneath = (name: string) => name.replace(/^[ab]\//, '')

/** A unified diff of several files, as git prints it, file by file: hunks without their headers. */
export function splitPatch(patch: string): FileDiff[] {
  const files: FileDiff[] = []
  let lines: string[] = []
  const take = () => {
    const file = lines.length > 0 ? readFile(lines) : null
    if (file !== null) files.push(file)
  }
  for (const line of patch.split('\n')) {
    if (fileHeader.test(line)) {
      take()
      lines = []
    } else if (lines.length === 0) continue
    lines.push(line)
  }
  take()
  return files
}

/** Lines from a `diff --git` to the next one. Names come from the lines below it, where each stands alone. */
function readFile(lines: string[]): FileDiff | null {
  const start = lines.findIndex((line) => line.startsWith('@@'))
  const head = start < 0 ? lines : lines.slice(0, start)
  const behind = (key: string) => {
    const line = head.find((each) => each.startsWith(key))
    return line === undefined ? null : named(line, key.length)
  }
  const side = (key: string) => {
    const name = behind(key)
    return name === null || name === '/dev/null' ? null : beneath(name)
  }
  const renamedFrom = behind('rename from ')
  const change =
    renamedFrom !== null
      ? 'renamed'
      : behind('new file mode ') !== null
        ? 'added'
        : behind('deleted file mode ') !== null
          ? 'deleted'
          : 'modified'
  const path = behind('rename to ') ?? side('+++ ') ?? side('--- ') ?? sameName(lines[0] ?? '')
  if (path === null) return null
  const patch = start < 0 ? '' : lines.slice(start).join('\n').replace(/\n$/, '')
  return { path, oldPath: renamedFrom, change, patch }
}

/** Of `diff --git a/x b/x`, where both names are one: an empty file, a binary one, or a change of mode. */
function sameName(header: string): string | null {
  const names = header.replace(fileHeader, '').replaceAll('"', '')
  const half = (names.length - 1) / 2
  return Number.isInteger(half) ? beneath(names.slice(0, half)) : null
}
