import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const bufferCharacters = 65_536

/** Lines that become a file only when `open` was called: until then they wait. */
export class CsvFile {
  bytes = 0
  readonly #path: string
  #descriptor: number | null = null
  #waiting: string[] = []
  #characters = 0

  constructor(path: string) {
    this.#path = path
  }

  add(line: string): void {
    this.#waiting.push(line)
    this.#characters += line.length
    if (this.#descriptor !== null && this.#characters > bufferCharacters) this.#write(this.#descriptor)
  }

  /** Makes the file, where it is not there yet. Fails where something else has its name. */
  open(): void {
    if (this.#descriptor !== null) return
    mkdirSync(dirname(this.#path), { recursive: true })
    this.#descriptor = openSync(this.#path, 'wx', 0o644)
  }

  /** True where a file was made, which is now complete. */
  close(): boolean {
    if (this.#descriptor === null) return false
    this.#write(this.#descriptor)
    closeSync(this.#descriptor)
    return true
  }

  #write(descriptor: number): void {
    const bytes = Buffer.from(this.#waiting.join(''))
    this.#waiting = []
    this.#characters = 0
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
    this.bytes += bytes.length
  }
}
