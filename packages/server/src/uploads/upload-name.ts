import { AppError } from '@reynard/protocol'
import { isPresentable, parsePath } from '@reynard/sandbox'

const unwanted = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\\/:*?"<>|]/gu

/**
 * The name under which an uploaded file is kept: of a path only its last part, in NFC, with what no file system or reader takes well
 * replaced by `_`. Throws `bad-request` where nothing is left, or it means something else (`..`, `.git`).
 */
export function uploadName(asked: string): string {
  const refused = new AppError('bad-request', 'This name can’t be the name of a file here. Rename the file first.')
  if (!asked.isWellFormed()) throw refused
  const last = asked.split(/[/\\]/).at(-1) ?? ''
  const name = last
    .normalize('NFC')
    .replaceAll(unwanted, '_')
    .trim()
    .replace(/[. ]+$/, '')
  const short = shortened(name)
  if (short === '' || short === '~' || /^\.+$/.test(short) || /^\.git$/i.test(short)) throw refused
  try {
    if (!isPresentable(short) || parsePath(short).length !== 1) throw refused
  } catch {
    throw refused
  }
  return short
}

/** Bytes that a name may have, and room for the number of a second one of its name. */
const mostBytes = 240

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= mostBytes) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : ''
  let stem = [...name.slice(0, name.length - extension.length)]
  while (Buffer.byteLength(stem.join('') + extension) > mostBytes) stem = stem.slice(0, -1)
  return stem.join('') + extension
}

/** The first of `name`, `name (2)`, `name (3)` … that is not taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  const dot = name.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${stem} (${number})${extension}`
    if (!isTaken(tried)) return tried
  }
}
