import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type {
  SqliteFailure,
  SqliteQueryResult,
  SqliteReply,
  SqliteRequest,
  SqliteThreadOptions,
  Statement,
} from './sqlite-messages.ts'

// node:sqlite is synchronous and a disk may take 10 ms for an fsync: it lives in this thread so that no token ever waits for it.
// The thread loads nothing of ours but types: it starts in a few milliseconds and holds little memory.

const options: SqliteThreadOptions = workerData
const port = parentPort
if (!port) throw new Error('sqlite-worker runs as a worker thread only')

const cachedStatements = 300
const statements = new Map<string, StatementSync>()
const pause = new Int32Array(new SharedArrayBuffer(4))
let db: DatabaseSync

function open(): DatabaseSync {
  const opened = new DatabaseSync(options.path, { timeout: options.busyTimeoutMs, enableForeignKeyConstraints: true })
  opened.exec('pragma temp_store = memory; pragma cache_size = -16000')
  if (options.role === 'reader') opened.exec('pragma query_only = on')
  // secure_delete: a deleted conversation is overwritten in the file, not just forgotten.
  else opened.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on')
  // A file that is no database is found out here, not at the first message that somebody sends.
  opened.prepare('select count(*) from sqlite_schema').get()
  return opened
}

/** Prepared once, kept while it is among the last few hundred used. */
function prepared(sql: string): StatementSync {
  const known = statements.get(sql)
  if (known) {
    statements.delete(sql)
    statements.set(sql, known)
    return known
  }
  const made = db.prepare(sql)
  statements.set(sql, made)
  if (statements.size > cachedStatements) {
    for (const oldest of statements.keys()) {
      statements.delete(oldest)
      break
    }
  }
  return made
}

function slowDisk(): void {
  if (options.commitDelayMs > 0) Atomics.wait(pause, 0, 0, options.commitDelayMs)
}

function query({ sql, parameters }: Statement): SqliteQueryResult {
  // A full disk has ended the transaction by itself; the caller need not know.
  if (sql === 'rollback' && !db.isTransaction) return { rows: [], changes: 0, insertId: null }
  const statement = prepared(sql)
  const endsTransaction = sql === 'commit'
  if (endsTransaction) slowDisk()
  if (statement.columns().length > 0) return { rows: statement.all(...parameters), changes: null, insertId: null }
  const { changes, lastInsertRowid } = statement.run(...parameters)
  if (!endsTransaction && !db.isTransaction && Number(changes) > 0) slowDisk()
  return { rows: [], changes: Number(changes), insertId: Number(lastInsertRowid) }
}

function runAll(group: Statement[]): void {
  for (const { sql, parameters } of group) prepared(sql).run(...parameters)
}

function rollback(): void {
  if (db.isTransaction) db.exec('rollback')
}

/** All groups in one transaction. When one of them fails: again, each within a savepoint, so that only its own caller hears of it. */
function commit(groups: Statement[][], epoch: number | null): (SqliteFailure | null)[] | 'replaced' {
  try {
    db.exec('begin immediate')
    if (wasReplaced(epoch)) {
      rollback()
      return 'replaced'
    }
    for (const group of groups) runAll(group)
    slowDisk()
    db.exec('commit')
    return groups.map(() => null)
  } catch (error) {
    rollback()
    if (groups.length === 1 || !isConstraint(error)) return groups.map(() => toFailure(error))
  }
  return commitApart(groups)
}

function commitApart(groups: Statement[][]): (SqliteFailure | null)[] {
  const failures: (SqliteFailure | null)[] = []
  try {
    db.exec('begin immediate')
    for (const group of groups) {
      db.exec('savepoint one')
      try {
        runAll(group)
        failures.push(null)
      } catch (error) {
        // A full disk or a broken file ends the whole transaction by itself.
        if (!db.isTransaction) throw error
        db.exec('rollback to one')
        failures.push(toFailure(error))
      }
      db.exec('release one')
    }
    slowDisk()
    db.exec('commit')
    return failures
  } catch (error) {
    rollback()
    return groups.map(() => toFailure(error))
  }
}

/** Waits for no reader: a backup may take long, and tokens wait to be saved. */
function fold(): boolean {
  db.exec('pragma busy_timeout = 0')
  try {
    return db.prepare('pragma wal_checkpoint(truncate)').get()?.busy === 0
  } finally {
    db.exec(`pragma busy_timeout = ${options.busyTimeoutMs}`)
  }
}

function wasReplaced(epoch: number | null): boolean {
  return epoch !== null && prepared('select epoch from database_epoch').get()?.epoch !== epoch
}

/** A statement's own fault (a constraint, a wrong type, bad SQL), not the disk's. */
function isConstraint(error: unknown): boolean {
  const code = (toFailure(error).errcode ?? 1) & 0xff
  return code === 1 || code === 19 || code === 20 || code === 25
}

function toFailure(error: unknown): SqliteFailure {
  const message = error instanceof Error ? error.message : String(error)
  const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : null
  return { message, errcode }
}

function answer(request: SqliteRequest): SqliteReply {
  const { id } = request
  switch (request.kind) {
    case 'query':
      return { id, kind: 'rows', result: query(request.statement) }
    case 'commit': {
      const failures = commit(request.groups, request.epoch)
      return failures === 'replaced' ? { id, kind: 'replaced' } : { id, kind: 'committed', failures }
    }
    case 'fold':
      return { id, kind: 'folded', isWhole: fold() }
    case 'close':
      statements.clear()
      if (options.role === 'writer') db.exec('pragma optimize')
      db.close()
      return { id, kind: 'done' }
  }
}

function serve(request: SqliteRequest): void {
  try {
    port?.postMessage(answer(request))
  } catch (error) {
    port?.postMessage({ id: request.id, kind: 'failed', failure: toFailure(error) } satisfies SqliteReply)
  }
  // Nothing else keeps the thread alive.
  if (request.kind === 'close') port?.close()
}

try {
  db = open()
  port.on('message', (request: SqliteRequest) => serve(request))
  port.postMessage({ id: 0, kind: 'done' } satisfies SqliteReply)
} catch (error) {
  port.postMessage({ id: 0, kind: 'failed', failure: toFailure(error) } satisfies SqliteReply)
}
