import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fetchPostgresBin, findPostgresBin } from './postgres-binaries.ts'
import { type PostgresCluster, startPostgresCluster } from './postgres-cluster.ts'
import { postgresDoorVariable } from './postgres-door.ts'

/**
 * Vitest's global setup: one private Postgres for the whole run, started by the first test that asks, stopped at the end. Test files run
 * in processes of their own; they ask through a socket whose path they inherit. With TEST_DATABASE_URL nothing is started.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.TEST_DATABASE_URL) return async () => {}
  // Now, before tests get a temp folder of their own: Postgres runs as another account, which can't look into that one.
  const temp = tmpdir()
  const folder = mkdtempSync(join(temp, 'reynard-door-'))
  let cluster: Promise<PostgresCluster> | null = null
  const door = createServer((socket) => {
    socket.on('error', () => {})
    cluster ??= start(temp)
    cluster.then(
      ({ url }) => socket.end(JSON.stringify({ url })),
      (error: unknown) =>
        socket.end(JSON.stringify({ reason: error instanceof Error ? error.message : String(error) })),
    )
  })
  process.env[postgresDoorVariable] = await listen(door, folder)
  return async () => {
    door.close()
    await cluster?.then(
      ({ stop }) => stop(),
      () => {},
    )
    rmSync(folder, { recursive: true, force: true })
  }
}

async function start(temp: string): Promise<PostgresCluster> {
  return await startPostgresCluster(findPostgresBin() ?? (await fetchPostgresBin()), temp)
}

async function listen(door: Server, folder: string): Promise<string> {
  const path =
    process.platform === 'win32' ? String.raw`\\.\pipe\reynard-postgres-${process.pid}` : join(folder, 'door')
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject)
    door.listen(path, resolve)
  })
  return path
}
