import type { ServerResponse } from 'node:http'

/** Writes text in packets of the given lengths (repeated), one packet per turn of the event loop, so that they are not joined on the way. */
export function createPacketWriter(res: ServerResponse, lengths: number[]): { write(text: string): void; end(): void } {
  const bytes: Buffer[] = []
  let turn = 0
  let ended = false
  let running = false
  const run = () => {
    const first = bytes[0]
    if (res.destroyed) return
    if (first === undefined) {
      running = false
      if (ended) res.end()
      return
    }
    const length = Math.max(1, lengths[turn++ % lengths.length] ?? 1)
    res.write(first.subarray(0, length))
    if (length < first.length) bytes[0] = first.subarray(length)
    else bytes.shift()
    setImmediate(run)
  }
  const start = () => {
    if (running) return
    running = true
    setImmediate(run)
  }
  return {
    write: (text) => {
      bytes.push(Buffer.from(text))
      start()
    },
    end: () => {
      ended = true
      start()
    },
  }
}
