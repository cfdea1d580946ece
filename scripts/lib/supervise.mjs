import { spawn } from 'node:child_process'
import { isGone, starters } from './starters.mjs'

const graceMs = 15_000

/**
 * Runs the server until it ends and passes its exit code on. Ctrl-C, SIGTERM and the death of whoever started us each end it:
 * `npm` does not forward a SIGTERM, it just dies, so we watch whoever started us; and should we be killed ourselves, the server sees the
 * IPC channel close.
 */
export function supervise(file, args, options) {
  const child = spawn(file, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  const watched = starters()
  const parent = process.ppid
  let stopping = false

  const stop = () => {
    if (stopping) return child.kill('SIGKILL')
    stopping = true
    if (child.connected) child.send({ type: 'stop' }, () => {})
    setTimeout(() => child.kill('SIGKILL'), graceMs).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
  setInterval(() => {
    if (!stopping && (process.ppid !== parent || watched.some(isGone))) stop()
  }, 500).unref()

  child.on('error', (error) => {
    console.error(`The server could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(stopping ? 0 : signal ? 1 : (code ?? 1)))
}
