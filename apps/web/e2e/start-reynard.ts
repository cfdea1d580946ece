import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const web = join(import.meta.dirname, '..')

export type RunningReynard = {
  url: string
  dataDir: string
  process: ChildProcess
  /** SIGKILL, as a power cut would be: nothing is closed. Resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM and wait for the end. */
  stop(): Promise<void>
}

/**
 * The built app as `npm start` runs it, on a free port.
 * @param settings environment on top of: fresh data folder, no starter, no Ollama
 */
export async function startReynard(settings: Record<string, string> = {}): Promise<RunningReynard> {
  const dataDir = settings.REYNARD_DATA_DIR ?? mkdtempSync(join(tmpdir(), 'reynard-e2e-'))
  const child = fork(join(web, 'server.ts'), {
    cwd: join(web, '..', '..'),
    silent: true,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      PORT: '0',
      REYNARD_STARTER: 'off',
      OLLAMA_ENABLED: settings.OLLAMA_BASE_URL ? 'true' : 'false',
      LOG_LEVEL: 'warn',
      ...settings,
      REYNARD_DATA_DIR: dataDir,
    },
  })
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  child.stderr?.on('data', (chunk) => {
    output += chunk
  })
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (message: { type: string; url: string }) => message.type === 'ready' && resolve(message.url))
    exited.then(() => reject(new Error(`The server ended before it was ready:\n${output}`)), reject)
  })
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  return { url, dataDir, process: child, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') }
}

/** Removes a data folder that a test made. */
export function removeData(server: RunningReynard): void {
  rmSync(server.dataDir, { recursive: true, force: true })
}
