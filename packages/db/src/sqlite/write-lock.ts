import { AppError } from '@reynard/protocol'

const longestWaitMs = 60_000

/** SQLite has one writer. Whoever holds the lock owns the writing connection: a group commit, one statement, or a whole transaction. */
export class WriteLock {
  #held = false
  readonly #waiting: { grant: () => void; timer: NodeJS.Timeout }[] = []

  /** Resolves with the function that lets go. Throws after a minute: then somebody holds a transaction across a wait that never ends. */
  acquire(): Promise<() => void> {
    if (!this.#held) {
      this.#held = true
      return Promise.resolve(this.#releaser())
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1)
        reject(new AppError('internal', 'The database has been busy with one transaction for a minute.'))
      }, longestWaitMs)
      const entry = { grant: () => resolve(this.#releaser()), timer }
      this.#waiting.push(entry)
    })
  }

  #releaser(): () => void {
    let released = false
    return () => {
      if (released) return
      released = true
      const next = this.#waiting.shift()
      if (!next) {
        this.#held = false
        return
      }
      clearTimeout(next.timer)
      next.grant()
    }
  }
}
