const DEADLINE_MS = 2000

/**
 * Asks whoever has a port that a start needed whether it is Reynard itself: then nothing is wrong but that it was started twice.
 * @param error why the start failed
 * @param host where this one would have listened
 * @returns the address to open, or null where another program has the port, or the start failed for another reason
 */
export async function runningReynard(error: unknown, host = '127.0.0.1'): Promise<string | null> {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE' || !('port' in error)) return null
  const name = host.includes(':') ? `[${host}]` : host
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS)
    const answer = await fetch(`http://${name}:${error.port}/api/health`, { signal, redirect: 'error' })
    const health: unknown = await answer.json()
    const isReynard = health instanceof Object && 'name' in health && health.name === 'reynard'
    return isReynard ? `http://${host === '127.0.0.1' ? 'localhost' : name}:${error.port}` : null
  } catch {
    // No answer, or none of Reynard's: some other program.
    return null
  }
}
