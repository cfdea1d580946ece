import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'

const lib = JSON.stringify(new URL('./', import.meta.url).href)

/** Takes longer to end in order than it takes to notice that a starter is gone. */
const server = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
  process.on('message', () => setTimeout(() => { console.log('ended in order'); process.exit() }, 1500))
  process.on('disconnect', () => process.exit())
  console.log('ready')
`
/** A command of ours as `npm start` is one. */
const command = `
  const { onEndWanted } = await import(${lib} + 'on-end-wanted.mjs')
  const { supervise } = await import(${lib} + 'supervise.mjs')
  let stop = () => {}
  onEndWanted(() => stop())
  stop = supervise(process.execPath, ['-e', ${JSON.stringify(server)}], {})
`

it.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
  'a %s to the whole group, as service managers and terminals send it, ends the server in order',
  async (signal) => {
    // The shell that waits is the starter; it dies of the same signal.
    const shell = spawn('sh', ['-c', `"${process.execPath}" --input-type=module -e "$COMMAND" & wait`], {
      env: { ...process.env, COMMAND: command },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    const [first] = await once(shell.stdout, 'data')
    expect(String(first).trim()).toBe('ready')
    const rest = text(shell.stdout)
    process.kill(-Number(shell.pid), signal)
    expect((await rest).trim()).toBe('ended in order')
  },
)

it.skipIf(process.platform === 'win32')(
  'a server that is killed from outside leaves a word of it in the terminal',
  async () => {
    const killed = `
    const { supervise } = await import(${lib} + 'supervise.mjs')
    supervise(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'], {})
  `
    const starter = spawn(process.execPath, ['--input-type=module', '-e', killed], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const [said, [code]] = await Promise.all([text(starter.stderr), once(starter, 'exit')])
    expect(said).toContain('ended by SIGKILL')
    expect(code).toBe(1)
  },
)
