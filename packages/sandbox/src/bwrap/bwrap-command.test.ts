import { expect, test } from 'vitest'
import { strictLimits } from '../child/limits.ts'
import { runChild } from '../child/run-child.ts'
import { type BwrapMode, bwrapSpawn } from './bwrap-command.ts'
import { probeBwrap } from './probe-bwrap.ts'

const probe = await probeBwrap()
const walled = test.skipIf(!probe.available && process.env.SANDBOX_REQUIRED !== '1')
const allowAll = new Uint8Array([0x06, 0, 0, 0, 0, 0, 0xff, 0x7f])
const mode = (): BwrapMode => {
  if (!probe.available) throw new Error(probe.reason)
  return probe.mode
}

async function run(script: string, options: { mode?: BwrapMode; filter?: Uint8Array } = {}) {
  const call = { command: 'sh', args: ['-c', script], binds: [], folder: '/', limits: strictLimits }
  const spawn = bwrapSpawn({ ...call, filter: options.filter ?? allowAll }, options.mode ?? mode())
  const result = await runChild({ ...spawn, timeoutMs: 20_000, outputBytes: 65_536 })
  return result.stdout.toString() + result.stderr.toString()
}

walled(
  'each wall stands alone: without the filter user namespaces stay forbidden, and mounts and raw sockets too',
  async () => {
    const text = await run(
      'grep Seccomp: /proc/self/status; unshare -U true; mount -t tmpfs none /tmp; cat /proc/sys/user/max_user_namespaces',
    )
    expect(text).toMatch(/^Seccomp:\s+2\n/)
    expect(text).toMatch(/unshare failed: No space left on device/)
    expect(text).toMatch(/mount: \/tmp: (must be superuser|permission denied)/)
  },
)

walled('a filter that is no program builds no sandbox', async () => {
  expect(await run('echo ran', { filter: new Uint8Array([1, 2, 3]) })).toMatch(/^bwrap: /)
})

walled(
  'without a new /proc, as in containers, the rest stands: programs run, and see no process of the host',
  async () => {
    const text = await run('echo on; ls /proc; cat /proc/1/environ; id -u', { mode: { ...mode(), proc: false } })
    expect(text).toMatch(/^on\n/)
    expect(text).toMatch(/\n1000\n|1000\n/)
    expect(text).toMatch(/No such file/)
  },
)
