import { read } from 'node:fs'
import { Readable } from 'node:stream'
import { RandomAccessReader } from 'yauzl'
import { readRange } from '../files/read-file.ts'

const chunkBytes = 1 << 16

/** Lets yauzl read from a file that somebody else has opened and closes: it looks no path up, and closes nothing. */
export class DescriptorReader extends RandomAccessReader {
  readonly #fd: number

  constructor(fd: number) {
    super()
    this.#fd = fd
  }

  // Not fs.createReadStream, which closes the descriptor when it is destroyed, whatever `autoClose` says.
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(readChunks(this.#fd, start, end), { objectMode: false })
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    read(this.#fd, buffer, offset, length, position, (error, bytesRead) => {
      done(error ?? (bytesRead < length ? new Error('unexpected end of file') : null))
    })
  }
}

/** A part of a file in pieces; throws where the file ends before. */
export async function* readChunks(fd: number, start: number, end: number): AsyncGenerator<Buffer> {
  for (let position = start; position < end; ) {
    const chunk = await readRange(fd, position, Math.min(chunkBytes, end - position))
    if (chunk.length === 0) throw new Error('unexpected end of file')
    position += chunk.length
    yield chunk
  }
}
