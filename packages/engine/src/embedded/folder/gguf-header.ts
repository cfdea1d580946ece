import { open } from 'node:fs/promises'

/** What a GGUF file says of itself. Token lists are skipped: they are most of the header and nobody here reads them. */
export type GgufHeader = {
  metadata: ReadonlyMap<string, string | number | boolean>
  parameters: number
  /** Where the last tensor ends; a smaller file is still being copied. */
  completeBytes: number
}

/** Elements per block and bytes per block of ggml's tensor types (ggml.h); a type not here counts as 0 bytes. */
const blockSizes: Record<number, readonly [elements: number, bytes: number]> = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  3: [32, 20],
  6: [32, 22],
  7: [32, 24],
  8: [32, 34],
  10: [256, 84],
  11: [256, 110],
  12: [256, 144],
  13: [256, 176],
  14: [256, 210],
  20: [32, 18],
  23: [256, 136],
  30: [1, 2],
}
const scalarBytes: Record<number, number> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}
const firstRead = 4 * 1024 * 1024
const largestHeader = 512 * 1024 * 1024

/** Arrays within arrays, deeper than any real header has them. */
const deepestArray = 4

/**
 * Reads the header of a GGUF file (versions 2 and 3). node-llama-cpp can do it too, but importing it costs the server 0.4 s and
 * 49 MB; the engine's child is the only one that needs it.
 * @returns `no-gguf` where the bytes are something else, `cut-off` where the file ends within its header
 */
export async function readGgufHeader(path: string): Promise<GgufHeader | 'no-gguf' | 'cut-off'> {
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  for (let length = firstRead; ; length *= 4) {
    const buffer = Buffer.alloc(Math.min(length, size))
    await file.read(buffer, 0, buffer.length, 0)
    try {
      return parse(buffer)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      if (buffer.length === size) return 'cut-off'
      if (length >= largestHeader) return 'no-gguf'
    }
  }
}

/** Throws RangeError where the buffer ends too early. */
function parse(buffer: Buffer): GgufHeader | 'no-gguf' {
  let at = 0
  const advance = (bytes: number) => {
    if (at + bytes > buffer.length) throw new RangeError('header goes on')
    at += bytes
    return at - bytes
  }
  const u32 = () => buffer.readUInt32LE(advance(4))
  const u64 = () => Number(buffer.readBigUInt64LE(advance(8)))
  const text = () => {
    const length = u64()
    return buffer.toString('utf8', advance(length), at)
  }
  const scalar = (type: number): string | number | boolean => {
    if (type === 8) return text()
    const start = advance(scalarBytes[type] ?? 0)
    switch (type) {
      case 0:
        return buffer.readUInt8(start)
      case 1:
        return buffer.readInt8(start)
      case 2:
        return buffer.readUInt16LE(start)
      case 3:
        return buffer.readInt16LE(start)
      case 4:
        return buffer.readUInt32LE(start)
      case 5:
        return buffer.readInt32LE(start)
      case 6:
        return buffer.readFloatLE(start)
      case 7:
        return buffer.readUInt8(start) !== 0
      case 10:
        return Number(buffer.readBigUInt64LE(start))
      case 11:
        return Number(buffer.readBigInt64LE(start))
      default:
        return buffer.readDoubleLE(start)
    }
  }
  /** @returns false where it is no array that a header can have */
  const skipArray = (depth: number): boolean => {
    const type = u32()
    const length = u64()
    if (type === 8) for (let index = 0; index < length; index++) advance(u64())
    else if (type !== 9) advance((scalarBytes[type] ?? 0) * length)
    else if (depth === deepestArray) return false
    else for (let index = 0; index < length; index++) if (!skipArray(depth + 1)) return false
    return true
  }

  const magic = 'GGUF'.slice(0, buffer.length)
  if (buffer.toString('latin1', 0, magic.length) !== magic) return 'no-gguf'
  at = 4
  const version = u32()
  if (version !== 2 && version !== 3) return 'no-gguf'
  const tensors = u64()
  const entries = u64()
  const metadata = new Map<string, string | number | boolean>()
  for (let index = 0; index < entries; index++) {
    const key = text()
    const type = u32()
    if (type === 9) {
      if (!skipArray(1)) return 'no-gguf'
    } else if (type <= 12) metadata.set(key, scalar(type))
    else return 'no-gguf'
  }
  let parameters = 0
  let dataBytes = 0
  for (let index = 0; index < tensors; index++) {
    text()
    let elements = 1
    for (let dimensions = u32(); dimensions > 0; dimensions--) elements *= u64()
    const [blockElements, blockBytes] = blockSizes[u32()] ?? [1, 0]
    parameters += elements
    dataBytes = Math.max(dataBytes, u64() + (elements / blockElements) * blockBytes)
  }
  const alignment = Number(metadata.get('general.alignment') ?? 32)
  const completeBytes = Math.ceil(at / alignment) * alignment + dataBytes
  return Number.isFinite(completeBytes) ? { metadata, parameters, completeBytes } : 'no-gguf'
}
