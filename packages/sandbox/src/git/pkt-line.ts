import { SandboxError } from '../sandbox-error.ts'

const maxLineBytes = 65_520

/** One line of git's protocol: its bytes, or `null` for the mark that ends a section. */
export type PktLine = Buffer | null

/** A line as git's protocol frames it: its length in four hexadecimal digits, which count themselves. */
export function pktLine(text: string): string {
  return (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text
}

export const pktFlush = '0000'

/** Cuts a body into the lines of git's protocol. Throws `failed` where it is something else, or ends in the middle of one. */
export async function* readPktLines(body: AsyncIterable<unknown>): AsyncGenerator<PktLine> {
  let left: Buffer = Buffer.alloc(0)
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue
    left = left.length === 0 ? chunk : Buffer.concat([left, chunk])
    let at = 0
    while (left.length - at >= 4) {
      const digits = left.toString('latin1', at, at + 4)
      const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : -1
      if (length === 0) {
        at += 4
        yield null
        continue
      }
      if (length < 4 || length > maxLineBytes)
        throw new SandboxError('failed', 'The server does not speak git’s protocol.')
      if (left.length - at < length) break
      yield left.subarray(at + 4, at + length)
      at += length
    }
    left = left.subarray(at)
  }
  if (left.length > 0) throw new SandboxError('failed', 'The server broke off.')
}
