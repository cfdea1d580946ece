import type { FileHandle } from 'node:fs/promises'

/** A comment behind the directory has 65,535 bytes at most. */
const endBytes = 22 + 65_535
const mostDirectoryBytes = 2 * 1024 * 1024
const entryHeadBytes = 46

/**
 * What a zip's own directory, at its end, says that it holds: as far as the first 2 MiB of it go. Null where there is no such directory.
 * Nothing is unpacked, and what it says of places and lengths is only followed within the file.
 */
export async function zipNames(file: FileHandle, bytes: number): Promise<string[] | null> {
  const tail = await readAt(file, Math.max(0, bytes - endBytes), Math.min(bytes, endBytes))
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (end < 0 || end + 22 > tail.length) return null
  const length = tail.readUInt32LE(end + 12)
  const start = tail.readUInt32LE(end + 16)
  if (start + length > bytes) return null
  const directory = await readAt(file, start, Math.min(length, mostDirectoryBytes))
  const names: string[] = []
  for (let at = 0; at + entryHeadBytes <= directory.length; ) {
    if (directory.toString('latin1', at, at + 4) !== 'PK\x01\x02') break
    const nameEnd = at + entryHeadBytes + directory.readUInt16LE(at + 28)
    names.push(directory.toString('latin1', at + entryHeadBytes, nameEnd))
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return names.length === 0 ? null : names
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}
