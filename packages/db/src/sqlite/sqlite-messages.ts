/** What crosses between the server's thread and a SQLite thread. One message per query, or per group of commits. */

export type SqliteValue = string | number | bigint | null | Uint8Array
export type Statement = { sql: string; parameters: SqliteValue[] }

export type SqliteThreadOptions = {
  path: string
  /** A reader never writes; it sees what was committed before its query began. */
  role: 'writer' | 'reader'
  /** How long a statement waits for another process's lock. */
  busyTimeoutMs: number
  /** Added to every commit, to measure what a slow disk does. */
  commitDelayMs: number
}

export type SqliteRequest =
  | { id: number; kind: 'query'; statement: Statement }
  /** Each group stands or falls alone. `epoch`: see the table of that name; null before migrations. */
  | { id: number; kind: 'commit'; groups: Statement[][]; epoch: number | null }
  /** Moves the write-ahead log into the file and empties it, unless somebody reads in it just now. */
  | { id: number; kind: 'fold' }
  | { id: number; kind: 'close' }

export type SqliteFailure = { message: string; errcode: number | null }
export type SqliteQueryResult = { rows: unknown[]; changes: number | null; insertId: number | null }

export type SqliteReply =
  | { id: number; kind: 'rows'; result: SqliteQueryResult }
  /** One entry per group: null when it is durable. */
  | { id: number; kind: 'committed'; failures: (SqliteFailure | null)[] }
  /** Nothing was written: the data was replaced by a restore. */
  | { id: number; kind: 'replaced' }
  | { id: number; kind: 'folded'; isWhole: boolean }
  | { id: number; kind: 'done' }
  | { id: number; kind: 'failed'; failure: SqliteFailure }
