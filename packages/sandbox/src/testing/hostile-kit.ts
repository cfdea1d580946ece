import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { becomeUser } from '../child/become-user.ts'
import { runChild } from '../child/run-child.ts'
import { SandboxError } from '../sandbox-error.ts'
import { createSandbox } from '../session/create-sandbox.ts'
import type { SandboxSession } from '../session/sandbox-session.ts'

const mebibyte = 1024 * 1024

/** How a hostile call ended: what it gave back, or the typed error that ended it, with all its text in one string. */
export type Ending = { result: unknown; code: string | null; text: string }

/**
 * A sandbox with a workspace, a server of the test's own that must stay alive and unvisited, and a secret in this process'
 * environment that must never come out.
 */
export async function openHostileKit() {
  const canary = `canary-${randomUUID()}`
  process.env.SECRET_CANARY = canary
  const sandbox = await createSandbox({ slots: 2, waiting: 20, waitingPerOwner: 10 })
  const workspace = mkdtempSync(join(tmpdir(), 'hostile-'))
  const hits: string[] = []
  const server = createServer((request, response) => {
    if (request.url !== '/health') hits.push(request.url ?? '')
    response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const languages = ['javascript', 'typescript', 'python'] as const
  const quota = { bytes: 200 * mebibyte, entries: 10_000 }
  const session = sandbox.open({ owner: 'attacker', workspace, quota, levels: ['L1', 'L2', 'L3'], languages })

  return {
    sandbox,
    session,
    workspace,
    port,
    hits,
    canary,

    /** Runs one hostile call and asserts what must hold for each: the server answers meanwhile, its memory stays, no secret comes out. */
    async contain(run: (session: SandboxSession) => Promise<unknown>): Promise<Ending> {
      const before = process.memoryUsage().rss
      let peak = before
      let done = false
      const watch = async () => {
        let answers = 0
        while (!done || answers === 0) {
          const response = await fetch(`http://127.0.0.1:${port}/health`)
          if ((await response.text()) === 'ok') answers++
          peak = Math.max(peak, process.memoryUsage().rss)
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
      const watching = watch()
      const ending = await run(session).then(describeResult, describeError)
      done = true
      await watching
      expect(peak - before).toBeLessThan(150 * mebibyte)
      expect(ending.text).not.toContain(canary)
      return ending
    },

    /** The same Python without walls, as an unprivileged user too: shows what the walls are for. */
    async unwalledPython(code: string): Promise<string> {
      const become = becomeUser(sandbox.report.user ?? undefined)
      const [file = '', ...args] = [...become, '/usr/bin/python3', '-I', '-c', code]
      const env = { PATH: '/usr/bin:/bin', SECRET_CANARY: canary }
      const result = await runChild({ file, args, env, timeoutMs: 20_000, outputBytes: 65_536 })
      return result.stdout.toString() + result.stderr.toString()
    },

    /** As a person would who is told that it is full. */
    emptyWorkspace() {
      for (const name of readdirSync(workspace)) rmSync(join(workspace, name), { recursive: true, force: true })
    },

    async close() {
      await sandbox.close()
      await new Promise((resolve) => server.close(resolve))
      rmSync(workspace, { recursive: true, force: true })
      delete process.env.SECRET_CANARY
    },
  }
}

export type HostileKit = Awaited<ReturnType<typeof openHostileKit>>

/** `test`, or a skip that says why, where this machine has no L3. With SANDBOX_REQUIRED=1 nothing is skipped: it fails instead. */
export function testBehindWalls(kit: HostileKit) {
  const { L3 } = kit.sandbox.report.levels
  if (L3.available || process.env.SANDBOX_REQUIRED === '1') return test
  console.warn(`L3 is not tested here: ${L3.reason}`)
  return test.skip
}

function describeResult(result: unknown): Ending {
  return { result, code: null, text: JSON.stringify(result) ?? '' }
}

function describeError(error: unknown): Ending {
  if (!(error instanceof SandboxError)) throw error
  return {
    result: null,
    code: error.code,
    text: `${error.message}\n${JSON.stringify(error.output ?? '')}\n${String(error.cause ?? '')}`,
  }
}
