export type OutputChunk = { stream: 'stdout' | 'stderr'; text: string }

/** A program that writes so much more than its cap is not read to its end but killed: reading a flood costs the server's own time. */
const floodBytes = (capBytes: number) => Math.min(capBytes * 16, capBytes + 48 * 1024 * 1024)

/** Whoever watches must not bring down what is watched: a listener that throws is not called again. */
export function toldSafely<Value>(listener: (value: Value) => void): (value: Value) => void {
  let told: ((value: Value) => void) | undefined = listener
  return (value) => {
    try {
      told?.(value)
    } catch {
      told = undefined
    }
  }
}

/** Keeps the first bytes of two streams up to one common cap, and hands them on as text while they come. */
export class OutputCap {
  truncated = false
  readonly #capBytes: number
  readonly #onOutput: ((chunk: OutputChunk) => void) | undefined
  readonly #kept = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  #seenBytes = 0

  constructor(capBytes: number, onOutput?: (chunk: OutputChunk) => void) {
    this.#capBytes = capBytes
    this.#onOutput = onOutput && toldSafely(onOutput)
  }

  /** Takes what came; true when the program floods and should be ended. */
  add(stream: 'stdout' | 'stderr', bytes: Uint8Array): boolean {
    const room = Math.max(0, this.#capBytes - this.#seenBytes)
    this.#seenBytes += bytes.length
    if (bytes.length > room) this.truncated = true
    const kept = bytes.subarray(0, room)
    if (kept.length > 0) {
      // A copy: a slice would keep the whole pooled buffer of the socket alive.
      this.#kept[stream].push(Uint8Array.from(kept))
      const text = this.#onOutput ? this.#decoders[stream].decode(kept, { stream: true }) : ''
      if (text) this.#onOutput?.({ stream, text })
    }
    return this.#seenBytes > floodBytes(this.#capBytes)
  }

  bytes(stream: 'stdout' | 'stderr'): Buffer {
    return Buffer.concat(this.#kept[stream])
  }
}
