import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from '@playwright/test'
import { startScriptedModel } from './scripted-model.ts'

const server = join(import.meta.dirname, '../server.ts')

test.skip(process.platform === 'win32', 'needs a shell with head')
test('the server goes on where nobody can read what it prints any more, and ends in order', async ({ request }) => {
  const model = await startScriptedModel()
  await model.control.stop()
  const dataDir = mkdtempSync(join(tmpdir(), 'reynard-e2e-'))
  const { PATH, HOME } = process.env
  // The pipe breaks after the line with the address. The number of the server's process and its exit code come by another way.
  const line = `{ "${process.execPath}" "${server}" 2>&1 & echo $! >&3; wait $!; echo $? >&3; } | head -n 2`
  const shell = spawn('sh', ['-c', line], {
    env: {
      PATH,
      HOME,
      NODE_ENV: 'production',
      PORT: '0',
      REYNARD_DATA_DIR: dataDir,
      REYNARD_STARTER: 'off',
      OLLAMA_BASE_URL: model.url,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  const lines = (input: NodeJS.ReadableStream) => createInterface({ input })[Symbol.asyncIterator]()
  const printed = lines(shell.stdout as NodeJS.ReadableStream)
  const said = lines(shell.stdio[3] as NodeJS.ReadableStream)
  const exited = once(shell, 'exit')
  let code: string | null = null
  const pid = Number((await said.next()).value)
  try {
    await printed.next()
    const url = /Open +(http:\S+)/.exec(String((await printed.next()).value))?.[1]
    // It says on the console which engine answers now.
    await model.control.start()
    await expect(async () => {
      const health = await request.get(`${url}/api/ollama/admin/health`, { timeout: 2_000 })
      expect(await health.json()).toMatchObject({ healthy: true })
    }).toPass({ timeout: 30_000 })
    process.kill(pid, 'SIGTERM')
    code = String((await said.next()).value)
    expect(code).toBe('0')
  } finally {
    if (code === null) process.kill(pid, 'SIGKILL')
    await exited
    rmSync(dataDir, { recursive: true, force: true })
    await model.close()
  }
})
