import { hostname } from 'node:os'
import { AppError } from '@reynard/protocol'
import pg from 'pg'
import { postgresError } from './postgres-error.ts'

/** With the schema's name, the lock of one Reynard's data on a Postgres server. Any number, as long as every Reynard uses the same. */
const lockClass = 739_112_041
/** A killed server's connection may take Postgres a moment to notice. */
const waitForOwnerMs = 2_000
const askAgainMs = 100
const retakeDelayMs = { first: 50, most: 2_000 }

const take = `select pg_try_advisory_lock(${lockClass}, hashtext(current_schema())) as taken`
const whoHasIt = `select application_name as name from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and classid = ${lockClass} and objid = (hashtext(current_schema())::bigint & 4294967295)::oid
  and database = (select oid from pg_database where datname = current_database()) and granted limit 1`
/** Where this process's machine goes down or is cut off, Postgres finds out within half a minute instead of two hours. */
const findOutSoon = 'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4'

export type PostgresServerLock = {
  /** Resolves when the connection was lost and another server has the database by now. */
  lost: Promise<void>
  release(): Promise<void>
}

/**
 * Keeps a second server off the same database: a session advisory lock on a connection of its own, which Postgres takes back when its
 * owner dies, however it dies. A connection that is lost is made again and the lock with it, for as long as Postgres takes to come
 * back. Nothing is written unseen meanwhile: who opens the database counts its epoch up, and a server of an earlier epoch can save no
 * more. Throws AppError `conflict` naming the owner.
 */
export async function lockPostgres(
  config: pg.ClientConfig,
  log?: (message: string) => void,
): Promise<PostgresServerLock> {
  const lost = Promise.withResolvers<void>()
  const stop = new AbortController()
  let client: pg.Client | null = await untilTaken(config)
  watch(client)

  /** A client tells of its end by `error`, by `end`, or by both. */
  function watch(held: pg.Client): void {
    const onEnd = () => {
      if (client !== held) return
      client = null
      if (stop.signal.aborted) return
      log?.('The connection that keeps other servers off the database was lost; making it again.')
      void retake()
    }
    held.on('error', onEnd)
    held.on('end', onEnd)
  }

  async function retake(): Promise<void> {
    for (let delayMs = retakeDelayMs.first; !stop.signal.aborted; delayMs = Math.min(delayMs * 2, retakeDelayMs.most)) {
      const taken = await tryToTake(config).catch(() => null)
      if (taken === 'refused') return lost.resolve()
      if (taken && stop.signal.aborted) return await taken.end()
      if (taken) {
        client = taken
        return watch(taken)
      }
      await pause(delayMs, stop.signal)
    }
  }

  return {
    lost: lost.promise,
    async release() {
      stop.abort()
      await client?.end()
    },
  }
}

async function untilTaken(config: pg.ClientConfig): Promise<pg.Client> {
  for (let leftMs = waitForOwnerMs; ; leftMs -= askAgainMs) {
    const taken = await tryToTake(config)
    if (taken !== 'refused') return taken
    if (leftMs <= 0) throw takenBy(await ownerOf(config))
    await pause(askAgainMs)
  }
}

async function tryToTake(config: pg.ClientConfig): Promise<pg.Client | 'refused'> {
  const client = new pg.Client({ ...config, application_name: `reynard process ${process.pid} on ${hostname()}` })
  // Until somebody watches it: an error without a listener would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(findOutSoon)
    const { rows } = await client.query<{ taken: boolean }>(take)
    if (rows[0]?.taken) return client
  } catch (error) {
    await client.end().catch(() => {})
    throw postgresError(error)
  }
  await client.end()
  return 'refused'
}

async function ownerOf(config: pg.ClientConfig): Promise<string> {
  const client = new pg.Client(config)
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ name: string | null }>(whoHasIt)
    return /process \d+ on .+/.exec(rows[0]?.name ?? '')?.[0] ?? 'somewhere else'
  } catch {
    return 'somewhere else'
  } finally {
    await client.end().catch(() => {})
  }
}

function takenBy(owner: string): AppError {
  return new AppError(
    'conflict',
    `Another Reynard (${owner}) is using the database that DATABASE_URL names. Stop it first, or set DATABASE_URL to another database.`,
    { details: { owner } },
  )
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}
