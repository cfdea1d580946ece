import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'

const script = `
import { runChild } from ${JSON.stringify(new URL('./run-child.ts', import.meta.url).href)}
const sh = { file: '/bin/sh', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 20_000, outputBytes: 65_536 }
const result = await runChild({ ...sh, args: ['-c', 'ls /proc/self/fd'] })
const input = await runChild({ ...sh, args: ['-c', 'cat <&3'], inputs: ['still read'] })
const prelude = { script: 'export SAID="$1"; shift', args: ['done before'] }
const after = await runChild({ ...sh, args: ['-c', 'echo $SAID; ls /proc/self/fd'], prelude })
console.log(after.stdout.toString().trim().split('\\n').join(' '))
console.log(result.stdout.toString().trim().split('\\n').join(' '), input.stdout.toString())`

test.runIf(process.platform === 'linux')('a descriptor that the server itself inherited reaches no child', async () => {
  // 40 lies behind a gap, so Node does not close it on exec by itself.
  const stdio = [
    ...Array.from({ length: 40 }, (_, at) => (at === 1 ? ('pipe' as const) : ('ignore' as const))),
    'pipe' as const,
  ]
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio })
  let text = ''
  for await (const chunk of child.stdout ?? []) text += String(chunk)
  expect(text).toBe('done before 0 1 2 3\n0 1 2 3 still read\n')
})
