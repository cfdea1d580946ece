import { SandboxError } from '../sandbox-error.ts'

export type AdmissionOptions = {
  /** Calls that run at once. */
  slots: number
  /** Calls that may wait, of all owners together and of one. */
  waiting: number
  waitingPerOwner: number
}

type Waiter = { admit: () => void }

/**
 * Bounds how many sandboxes run at once. A free slot goes to the owners in turn, so one that asks for fifty delays another by one call,
 * not by fifty.
 */
export class Admission {
  readonly #options: AdmissionOptions
  /** Owners with waiting calls, the next in turn first. */
  readonly #owners = new Map<string, Waiter[]>()
  #running = 0
  #waiting = 0

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /**
   * Waits for a slot. Returns what gives it back; a second call of that does nothing.
   * @throws {SandboxError} `too-many` at once when the queue is full, `aborted` when the signal comes while waiting
   */
  acquire(owner: string, signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) return Promise.reject(aborted())
    if (this.#running < this.#options.slots) {
      this.#running++
      return Promise.resolve(this.#releaseOnce())
    }
    const queue = this.#owners.get(owner) ?? []
    if (this.#waiting >= this.#options.waiting || queue.length >= this.#options.waitingPerOwner)
      return Promise.reject(
        new SandboxError('too-many', 'Too many sandboxed calls are waiting. Try again when one has ended.'),
      )
    this.#waiting++
    this.#owners.set(owner, queue)
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#remove(owner, waiter)
        reject(aborted())
      }
      const waiter: Waiter = {
        admit: () => {
          signal?.removeEventListener('abort', leave)
          resolve(this.#releaseOnce())
        },
      }
      queue.push(waiter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  #releaseOnce(): () => void {
    let released = false
    return () => {
      if (released) return
      released = true
      const next = this.#next()
      if (next) next.admit()
      else this.#running--
    }
  }

  /** The oldest call of the owner in turn; that owner goes to the end of the row. */
  #next(): Waiter | undefined {
    const [owner, queue] = this.#owners.entries().next().value ?? []
    if (owner === undefined || !queue) return undefined
    const waiter = queue.shift()
    this.#waiting--
    this.#owners.delete(owner)
    if (queue.length > 0) this.#owners.set(owner, queue)
    return waiter
  }

  #remove(owner: string, waiter: Waiter): void {
    const queue = this.#owners.get(owner)
    const index = queue?.indexOf(waiter) ?? -1
    if (!queue || index < 0) return
    queue.splice(index, 1)
    this.#waiting--
    if (queue.length === 0) this.#owners.delete(owner)
  }
}

const aborted = () => new SandboxError('aborted', 'The call was stopped while it waited for a free sandbox.')
