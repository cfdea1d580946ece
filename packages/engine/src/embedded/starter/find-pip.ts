import { spawn } from 'node:child_process'

/** A way to call pip: a program and what stands before its own words. */
export type PipCommand = { program: string; prefix: readonly string[] }

/** On Windows `py` finds a Python that is not on the path. */
const candidates: readonly PipCommand[] = [
  { program: 'pip', prefix: [] },
  { program: 'pip3', prefix: [] },
  { program: 'python3', prefix: ['-m', 'pip'] },
  { program: 'python', prefix: ['-m', 'pip'] },
  { program: 'py', prefix: ['-m', 'pip'] },
]

/** The first pip that answers, or null. Each candidate has `probeMs`. @throws the signal's reason */
export async function findPip(signal: AbortSignal, probeMs = 10_000): Promise<PipCommand | null> {
  for (const candidate of candidates) {
    signal.throwIfAborted()
    const { code } = await runProgram(candidate, ['--version'], AbortSignal.any([signal, AbortSignal.timeout(probeMs)]))
    if (code === 0) return candidate
  }
  return null
}

/**
 * Runs a program and waits for its end; an abort kills it. Never throws.
 * @returns exit code (null: not started, or killed) and the end of its standard error
 */
export function runProgram(
  { program, prefix }: PipCommand,
  parameters: readonly string[],
  signal: AbortSignal,
  /** On top of what this process has. */
  environment: Record<string, string> = {},
): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, [...prefix, ...parameters], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...environment },
      signal,
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-2000)
    })
    child.on('error', () => resolve({ code: null, errors }))
    child.on('close', (code) => resolve({ code, errors }))
  })
}
