import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const bwrap = existsSync('/usr/bin/bwrap') || process.env.SANDBOX_REQUIRED === '1'
const marker = `${7_000_000 + process.pid}`
const script = `
import { createSandbox } from ${JSON.stringify(new URL('./create-sandbox.ts', import.meta.url).href)}
const sandbox = await createSandbox()
const session = sandbox.open({ owner: 'a', workspace: process.argv[1], levels: ['L2', 'L3'] })
const run = (level, script) => session.run({ level, command: 'sh', args: ['-c', script], limits: { timeoutMs: 100_000 }, onOutput: () => console.log('on') })
await Promise.all([
  run('L3', 'trap "" TERM; setsid sleep ${marker}1 & echo on; sleep ${marker}2'),
  run('L2', 'echo on; exec sleep ${marker}3'),
])`

/** Command lines of what still runs of it. */
const running = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter((line) => line.includes(marker))

test.runIf(process.platform === 'linux' && bwrap)(
  'what runs at any level dies with a server that is killed',
  async () => {
    const workspace = mkdtempSync(join(tmpdir(), 'killed-'))
    const args = ['--input-type=module', '-e', script, workspace]
    const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let told = ''
    for await (const chunk of server.stdout) {
      told += String(chunk)
      if (told.split('on\n').length > 2) break
    }
    expect(running().filter((line) => line.startsWith('sleep'))).not.toEqual([])
    server.kill('SIGKILL')
    await expect.poll(running, { timeout: 10_000 }).toEqual([])
  },
)
