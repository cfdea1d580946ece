import { spawn } from 'node:child_process'

const graceMs = 15_000

/**
 * Runs the server until it ends and passes its exit code on. Ctrl-C, SIGTERM and the death of whoever started us each end it:
 * `npm` does not forward a SIGTERM, it just dies, so we watch our parent; and should we be killed ourselves, the server sees the
 * IPC channel close.
 */
export function supervise(file, args, options) {
  const child = spawn(file, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  const parent = process.ppid
  let stopping = false

  const stop = () => {
    if (stopping) return child.kill('SIGKILL')
    stopping = true
    if (child.connected) child.send({ type: 'stop' }, () => {})
    setTimeout(() => child.kill('SIGKILL'), graceMs).unref()
  }
  const parentGone = () => {
    if (process.ppid !== parent) return true
    try {
      process.kill(parent, 0)
      return false
    } catch (error) {
      return error.code === 'ESRCH'
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
  setInterval(() => {
    if (!stopping && parentGone()) stop()
  }, 500).unref()

  child.on('error', (error) => {
    console.error(`The server could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(stopping ? 0 : signal ? 1 : (code ?? 1)))
}
