import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished, vi } from 'vitest'

const lib = JSON.stringify(new URL('./', import.meta.url).href)

/** A command of ours as `npm start` is one: it runs a step, which starts a program of its own and says its number. */
const command = `
  import { writeSync } from 'node:fs'
  const { onEndWanted } = await import(${lib} + 'on-end-wanted.mjs')
  const { runStep } = await import(${lib} + 'run-step.mjs')
  const steps = new AbortController()
  onEndWanted(() => steps.abort(new Error('stopped')))
  const idle = 'setTimeout(() => {}, 60000)'
  const step = 'const c = require("node:child_process").spawn(process.execPath, ["-e", ' + JSON.stringify(idle) + ']); console.log(c.pid);' + idle
  await runStep('A step', process.execPath, ['-e', step], { quiet: false, signal: steps.signal }).catch((error) => writeSync(1, error.message + '\\n'))
`

/** Starts the command below a shell that does nothing but wait for it, as npm's does. */
function begin() {
  const shell = spawn('sh', ['-c', `"${process.execPath}" --input-type=module -e "$COMMAND" & echo $!; wait`], {
    env: { ...process.env, COMMAND: command },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]()
  return { shell, nextLine: async () => String((await lines.next()).value) }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it.skipIf(process.platform === 'win32').each(['the command is told to end', 'whoever started it dies'])(
  'a step and what it has started end when %s',
  async (how) => {
    const { shell, nextLine } = begin()
    const pid = Number(await nextLine())
    const grandchild = Number(await nextLine())
    onTestFinished(() => {
      for (const each of [pid, grandchild]) if (isAlive(each)) process.kill(each, 'SIGKILL')
    })
    expect(isAlive(grandchild)).toBe(true)
    if (how === 'whoever started it dies') {
      shell.kill('SIGKILL')
      await once(shell, 'exit')
    } else process.kill(pid, 'SIGTERM')
    expect(await nextLine()).toBe('stopped')
    await vi.waitFor(() => expect([isAlive(pid), isAlive(grandchild)]).toEqual([false, false]), 10_000)
  },
)
