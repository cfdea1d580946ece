import { SandboxError } from '../sandbox-error.ts'

/** Deeper is never followed: what lies there counts as over the quota. */
export const maxDepth = 80
const maxNameBytes = 255
const maxPathBytes = 4096
/** Where code inside the walls sees the workspace: models write this, and mean its root. */
const insideRoot = /^\/workspace(?=\/|$)/

// Control characters, line separators, and what turns the direction of text: a name with one of these can't be shown honestly.
const deceiving = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
// On Windows a name of these reaches a device, with any extension and any spaces before it.
const device = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(?:\.|$)/i
const shortGitName = /^git~[0-9]+$/

/** Whether a name found on disk can be shown, and asked for, as it is. Names that can't are hidden from lists. */
export function isPresentable(name: string): boolean {
  return name.isWellFormed() && !name.includes('�') && !deceiving.test(name) && !name.includes('\\')
}

/**
 * The segments of a path relative to a workspace; none for its root. A leading `./` and a trailing `/` are dropped, nothing is
 * decoded. `bad-path` for what is absolute, climbs (`..`), has empty segments, backslashes, control or direction characters, names
 * over 255 bytes, or more than 80 segments.
 */
export function parsePath(path: string): string[] {
  const refuse = (why: string) => new SandboxError('bad-path', `This path can't be used: ${why}.`)
  if (!path.isWellFormed()) throw refuse('it is not valid Unicode')
  if (Buffer.byteLength(path) > maxPathBytes) throw refuse(`it is longer than ${maxPathBytes} bytes`)
  if (deceiving.test(path)) throw refuse('it has control or direction characters')
  if (path.includes('\\')) throw refuse('folders are separated by /')
  const relative = path.replace(insideRoot, '.').replace(/^(?:\.\/+)+/, '')
  if (relative === '' || relative === '.') return []
  if (relative.startsWith('/')) throw outside(path)
  const segments = (relative.endsWith('/') ? relative.slice(0, -1) : relative).split('/')
  if (segments.length > maxDepth) throw refuse(`it is more than ${maxDepth} folders deep`)
  for (const segment of segments) {
    if (segment === '' || segment === '.') throw refuse('it has an empty part')
    if (segment === '..' || segment === '~') throw outside(path)
    if (Buffer.byteLength(segment) > maxNameBytes) throw refuse(`a name in it is longer than ${maxNameBytes} bytes`)
  }
  return segments
}

/** Names what was asked for, in one line of a row. */
function outside(path: string): SandboxError {
  const name = path.length > 120 ? `${path.slice(0, 119).toWellFormed()}…` : path
  return new SandboxError('bad-path', `${name} is outside the workspace. Paths are relative to it.`)
}

/** As `parsePath`, for something that is to be changed: not the root itself, and nothing in a `.git` of any spelling (`denied`). */
export function parseChangeablePath(path: string): string[] {
  const segments = parsePath(path)
  if (segments.length === 0) throw new SandboxError('bad-path', 'The workspace itself can’t be changed like that.')
  if (segments.some(isGitFolder)) throw new SandboxError('denied', 'A .git folder can’t be changed by file tools.')
  return segments
}

/**
 * Whether some file system takes this name for `.git`: by case, by compatibility forms, with invisible characters (HFS+), trailing
 * dots and spaces, a stream (NTFS), or as its short name `git~1`.
 */
export function isGitFolder(name: string): boolean {
  const plain = name
    .normalize('NFKC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .replace(/:.*$/s, '')
    .replace(/[. ]+$/, '')
  return plain === '.git' || shortGitName.test(plain)
}

/** The name under which a new file or folder is made, in NFC; `bad-path` where it would mean something else on another system. */
export function newName(name: string): string {
  const refuse = (why: string) => new SandboxError('bad-path', `“${name}” can't be the name of a new file: ${why}.`)
  const compatible = name.normalize('NFKC')
  if (/^\.+$/.test(compatible) || /[/\\]/.test(compatible)) throw refuse('it looks like a path')
  if (/[. ]$/.test(name)) throw refuse('it ends with a dot or a space')
  if (name.includes(':')) throw refuse('it has a colon')
  if (device.test(compatible)) throw refuse('it is the name of a device on Windows')
  const made = name.normalize('NFC')
  if (Buffer.byteLength(made) > maxNameBytes) throw refuse(`it is longer than ${maxNameBytes} bytes`)
  return made
}
