import { AppError } from '@reynard/protocol'
import type { Compilable } from 'kysely'
import { toStatement } from './parameters.ts'
import type { Statement } from './sqlite/sqlite-messages.ts'

/** Writes several callers' statements durably in one transaction. One entry per group: null when it is durable. */
export type CommitGroups = (groups: Statement[][]) => Promise<(AppError | null)[]>

type Waiting = { statements: Statement[]; resolve: () => void; reject: (error: unknown) => void }

/** More would hold the writer, and with it everybody's acknowledgement, for too long. */
const mostStatementsPerCommit = 4_000

/**
 * Group commit: what arrives while a commit is on its way to the disk goes into the next one, all of it as one transaction. So the
 * price of an fsync is shared, and a slow disk makes groups larger instead of a queue longer. Callers are served in order.
 */
export class CommitQueue {
  readonly #write: CommitGroups
  #waiting: Waiting[] = []
  #running: Promise<void> | null = null
  #closed = false

  constructor(write: CommitGroups) {
    this.#write = write
  }

  /** Resolves when the statements are durable. Throws an AppError, and then none of them is. */
  commit(queries: readonly Compilable[]): Promise<void> {
    if (this.#closed) return Promise.reject(new AppError('shutting-down', 'The database is closed.'))
    if (queries.length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ statements: queries.map(toStatement), resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Takes no more and waits for what was taken. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    // Callers of the same tick share the first commit too.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const group = this.#take()
      try {
        const failures = await this.#write(group.map(({ statements }) => statements))
        group.forEach(({ resolve, reject }, index) => {
          const failure = failures[index]
          if (failure) reject(failure)
          else resolve()
        })
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#running = null
  }

  #take(): Waiting[] {
    let statements = 0
    const tooMany = this.#waiting.findIndex((waiting, index) => {
      statements += waiting.statements.length
      return index > 0 && statements > mostStatementsPerCommit
    })
    const group = tooMany === -1 ? this.#waiting : this.#waiting.slice(0, tooMany)
    this.#waiting = tooMany === -1 ? [] : this.#waiting.slice(tooMany)
    return group
  }
}
