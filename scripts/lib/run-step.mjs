import { spawn, spawnSync } from 'node:child_process'

/**
 * Runs a program to its end without a shell. While it takes longer than a second, one console line counts the seconds; where the output is no
 * terminal, a line comes each half minute instead.
 * @param {string} label what is being done, as shown
 * @param {string} file
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, quiet?: boolean, timeoutMs?: number, signal?: AbortSignal}} [options]
 *   quiet: show output only on failure; signal: ends the program and all that it has started
 * @returns {Promise<{code: number, output: string, ms: number}>} code 124 where the deadline passed. Rejects with the signal's reason
 */
export function runStep(
  label,
  file,
  args,
  { cwd, env, shell = false, quiet = true, timeoutMs = 20 * 60_000, signal } = {},
) {
  if (signal?.aborted) return Promise.reject(signal.reason)
  const started = Date.now()
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env: env ?? process.env,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that it can be ended with its children.
      detached: signal !== undefined && process.platform !== 'win32',
    })
    const end = () => endTree(child.pid)
    signal?.addEventListener('abort', end, { once: true })
    let output = ''
    let last = ''
    const take = (chunk) => {
      output += chunk
      const lines = String(chunk).trim().split('\n')
      last = lines[lines.length - 1] ?? last
      if (!quiet) process.stdout.write(chunk)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    const tty = process.stdout.isTTY && quiet
    const ticker = setInterval(
      () => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours of the child are stripped from our one line
        const detail = last.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').slice(0, 60)
        if (tty) process.stdout.write(`\r\u001b[K  ${label} … ${seconds()}  ${detail}`)
        else if (quiet) console.log(`  ${label} … ${seconds()}  ${detail}`)
      },
      tty ? 1000 : 30_000,
    )
    let timedOut = false
    const deadline = setTimeout(() => {
      timedOut = true
      child.kill('SIGKILL')
    }, timeoutMs)
    const finish = () => {
      clearInterval(ticker)
      clearTimeout(deadline)
      signal?.removeEventListener('abort', end)
      if (tty) process.stdout.write('\r\u001b[K')
    }
    child.on('error', (error) => {
      finish()
      reject(error)
    })
    child.on('close', (code) => {
      finish()
      if (signal?.aborted) return reject(signal.reason)
      resolve({ code: timedOut ? 124 : (code ?? 1), output, ms: Date.now() - started })
    })
  })
}

/** What is half installed or half built is begun anew at the next start, so nothing is asked to end in order. */
function endTree(pid) {
  if (pid === undefined) return
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' })
    return
  }
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself in this moment.
  }
}
