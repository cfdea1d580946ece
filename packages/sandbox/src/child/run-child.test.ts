import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isAlive } from '../testing/is-alive.ts'
import { killMarked } from './kill-group.ts'
import { type RunChildOptions, runChild } from './run-child.ts'

const sh = (script: string, options: Partial<RunChildOptions> = {}) =>
  runChild({
    file: '/bin/sh',
    args: ['-c', script],
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: 30_000,
    outputBytes: 65_536,
    ...options,
  })
test('a program gets its input, an empty environment and no descriptor of ours, and both streams come back', async () => {
  process.env.SANDBOX_TEST_SECRET = 'canary'
  const chunks: string[] = []
  const result = await sh('cat; env; echo no >&2; ls /proc/self/fd; exit 3', {
    stdin: 'yes\n',
    onOutput: ({ stream, text }) => chunks.push(`${stream}:${text}`),
  })
  expect(result).toMatchObject({ ended: 'exit', exitCode: 3, exitSignal: null, truncated: false })
  const lines = result.stdout.toString().trim().split('\n')
  expect(lines[0]).toBe('yes')
  expect(result.stdout.toString()).not.toContain('canary')
  if (process.platform === 'linux') expect(lines.slice(-4)).toEqual(['0', '1', '2', '3'])
  expect(result.stderr.toString()).toBe('no\n')
  expect(chunks.join('')).toContain('stderr:no')
})

test('what comes at further descriptors is read there', async () => {
  const result = await sh('cat <&3; cat <&4', { inputs: ['first ', new Uint8Array([50, 110, 100])] })
  expect(result.stdout.toString()).toBe('first 2nd')
})

test('output over the cap is cut and marked; a flood ends the program', async () => {
  const cut = await sh('head -c 70000 /dev/zero; head -c 70000 /dev/zero >&2; echo end >&2')
  expect(cut).toMatchObject({ ended: 'exit', exitCode: 0, truncated: true })
  expect(cut.stdout.length + cut.stderr.length).toBe(65_536)
  const flood = await sh('cat /dev/zero')
  expect(flood).toMatchObject({ ended: 'flood', exitSignal: 'SIGKILL', truncated: true })
  expect(flood.stdout.length).toBe(65_536)
})

test('a listener that throws ends nothing', async () => {
  const onOutput = () => {
    throw new Error('the page is gone')
  }
  expect(await sh('echo one; sleep 0.05; echo two', { onOutput })).toMatchObject({ ended: 'exit', exitCode: 0 })
})

test('a signal kills the whole group at once, long before the deadline, and keeps what was written', async () => {
  const stop = new AbortController()
  let grandchild = 0
  const running = sh('trap "" TERM INT; sleep 300 & echo $!; wait', {
    signal: stop.signal,
    timeoutMs: 200_000,
    onOutput: ({ text }) => {
      grandchild = Number(text)
      stop.abort()
    },
  })
  const result = await running
  expect(result).toMatchObject({ ended: 'aborted', exitSignal: 'SIGKILL' })
  expect(result.stdout.toString()).toBe(`${grandchild}\n`)
  await expect.poll(() => isAlive(grandchild)).toBe(false)
  expect(await sh('echo never', { signal: stop.signal })).toMatchObject({ ended: 'aborted', exitCode: null })
})

test('the deadline kills what ignores signals', async () => {
  const result = await sh('trap "" TERM; echo on; while :; do sleep 1; done', { timeoutMs: 150 })
  expect(result).toMatchObject({ ended: 'timeout', exitSignal: 'SIGKILL' })
})

test.runIf(process.platform === 'linux')(
  'a daemon that left the group is found by its mark and holds nobody up',
  async () => {
    const result = await sh('setsid sleep 300 & echo $!', {
      env: { PATH: '/usr/bin:/bin', CALL: 'mark-of-this-call' },
      endRest: () => killMarked('CALL=mark-of-this-call'),
    })
    const daemon = Number(result.stdout.toString())
    expect(daemon).toBeGreaterThan(1)
    await expect.poll(() => isAlive(daemon)).toBe(false)
  },
)

test('a program that does not exist, and input that nobody reads, are no surprise', async () => {
  await expect(sh('', { file: '/nowhere/program' })).rejects.toMatchObject({ code: 'unavailable' })
  await expect(sh('', { cwd: join(mkdtempSync(join(tmpdir(), 'cwd-')), 'gone') })).rejects.toMatchObject({
    name: 'SandboxError',
  })
  expect(existsSync('/nowhere')).toBe(false)
  expect(await sh('exit 0', { stdin: 'x'.repeat(1_000_000) })).toMatchObject({ ended: 'exit', exitCode: 0 })
})
