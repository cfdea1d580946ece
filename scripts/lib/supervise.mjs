import { spawn } from 'node:child_process'

const graceMs = 15_000

/**
 * Runs the server until it ends and passes its exit code on. Should we be killed ourselves, the server sees the IPC channel close.
 * @returns how to stop it: in order the first time, at once the second
 */
export function supervise(file, args, options) {
  const child = spawn(file, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  let stopping = false

  child.on('error', (error) => {
    console.error(`The server could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal && !stopping) {
      const why = signal === 'SIGKILL' ? ', by hand or because memory ran out' : ''
      console.error(`The server was ended by ${signal}${why}. What was saved is kept; start again.`)
    }
    process.exit(stopping ? 0 : signal ? 1 : (code ?? 1))
  })

  return () => {
    if (stopping) return child.kill('SIGKILL')
    stopping = true
    if (child.connected) child.send({ type: 'stop' }, () => {})
    setTimeout(() => child.kill('SIGKILL'), graceMs).unref()
  }
}
