import { AppError } from '@reynard/protocol'

export type TarEntry = { name: string; mode: number; content: AsyncIterable<Buffer> }

const block = 512

/** Regular files of a tar stream, in order. Each entry's content must be read before the next one. Folders are implied, links skipped. */
export async function* readTar(stream: AsyncIterable<Buffer>): AsyncGenerator<TarEntry, void> {
  const source = createSource(stream)
  let longName: string | null = null
  for (;;) {
    const header = await source.exactly(block)
    if (header === null || header.every((byte) => byte === 0)) return
    const size = octal(header, 124, 12)
    const padding = (block - (size % block)) % block
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'L' || type === 'x') {
      const text = ((await source.exactly(size + padding)) ?? Buffer.alloc(0)).toString('utf8', 0, size)
      longName = type === 'L' ? text.replace(/\0.*$/s, '') : (/\d+ path=(.*)\n/.exec(text)?.[1] ?? null)
      continue
    }
    const prefix = text(header, 345, 155)
    const name = longName ?? (prefix ? `${prefix}/${text(header, 0, 100)}` : text(header, 0, 100))
    longName = null
    if (type === '0' || type === '\0') {
      yield { name, mode: octal(header, 100, 8), content: source.pieces(size) }
      await source.exactly(padding)
    } else await source.exactly(size + padding)
  }
}

function createSource(stream: AsyncIterable<Buffer>) {
  const iterator = stream[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)

  async function more(): Promise<boolean> {
    const next = await iterator.next()
    if (next.done) return false
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    return true
  }

  async function exactly(bytes: number): Promise<Buffer | null> {
    while (held.length < bytes) {
      if (!(await more())) {
        if (held.length === 0) return null
        throw new AppError('engine-failed', 'The package ends too early.')
      }
    }
    const piece = held.subarray(0, bytes)
    held = held.subarray(bytes)
    return piece
  }

  async function* pieces(bytes: number): AsyncGenerator<Buffer, void> {
    for (let left = bytes; left > 0; ) {
      if (held.length === 0 && !(await more())) throw new AppError('engine-failed', 'The package ends too early.')
      const piece = held.subarray(0, Math.min(left, held.length))
      held = held.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }

  return { exactly, pieces }
}

function text(header: Buffer, at: number, length: number): string {
  return header.toString('utf8', at, at + length).replace(/\0.*$/s, '')
}

function octal(header: Buffer, at: number, length: number): number {
  return Number.parseInt(text(header, at, length).trim() || '0', 8)
}
