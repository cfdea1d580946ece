import type { HealthCheck, HealthReport } from '@reynard/protocol'
import type { Check, Finding } from './health-checks.ts'

/** One that takes longer has failed. Milliseconds. */
const mostMs = 5_000

/** Looks at every part now, side by side, each with its own deadline. Never rejects: what fails is a finding. */
export async function checkHealth(
  checks: readonly Check[],
  now: () => number,
  deadlineMs = mostMs,
): Promise<HealthReport> {
  return { at: now(), checks: await Promise.all(checks.map((check) => lookAt(check, deadlineMs))) }
}

async function lookAt({ id, label, look }: Check, deadlineMs: number): Promise<HealthCheck> {
  const begin = performance.now()
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      resolve({ state: 'bad', found: `No answer within ${deadlineMs / 1000} s.`, advice: 'The log says more.' })
      stop.abort()
    }, deadlineMs)
  })
  const looked = look(stop.signal).catch(
    (error: unknown): Finding => ({ state: 'bad', found: whyOf(error), advice: 'The log says more.' }),
  )
  const finding = await Promise.race([looked, late])
  clearTimeout(timer)
  return { id, label, ...finding, tookMs: Math.round(performance.now() - begin) }
}

/** An error of the system tells its kind by its code; its message may hold what is nobody's business. */
function whyOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  return `It failed${code}.`
}
