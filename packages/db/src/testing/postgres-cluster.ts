import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

export type PostgresCluster = { url: string; stop(): Promise<void> }
type Account = { uid: number; gid: number } | Record<string, never>

const startDeadlineMs = 30_000

/** Starts a private Postgres in a folder of its own in `temp` that listens on a Unix socket there and nowhere else. Throws with its own words if it can't. */
export async function startPostgresCluster(bin: string, temp: string): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(temp, 'reynard-pg-'))
  const account = unprivilegedAccount()
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  try {
    const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '--encoding=UTF8', '--locale=C', '--no-sync']
    await ended(
      spawn(join(bin, 'initdb'), initdb, { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] }),
      'initdb',
    )
    // Nothing here must survive a power cut.
    const settings = [
      'listen_addresses=',
      'fsync=off',
      'max_connections=200',
      'shared_buffers=32MB',
      `unix_socket_directories=${folder}`,
    ]
    const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
      ...account,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const stopped = ended(server, 'postgres').catch(() => {})
    // Of the last resort: this process ends without having stopped it.
    const kill = () => {
      server.kill('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    }
    process.once('exit', kill)
    const url = `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`
    await untilItAnswers(url, server)
    return {
      url,
      async stop() {
        process.off('exit', kill)
        server.kill('SIGINT')
        await stopped
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Postgres refuses to run as root: the account of its package, else nobody. */
function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return {}
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const [, , uid, gid] =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

function ended(child: ChildProcess, name: string): Promise<void> {
  let words = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2_000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${name} ended with ${code}: ${words.trim()}`)),
    )
  })
}

async function untilItAnswers(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + startDeadlineMs
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (server.exitCode !== null || Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
