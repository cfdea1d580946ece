/** One part of the server as it was found just now. `advice`: what to do about it; null where all is well. */
export type HealthCheck = {
  id: 'database' | 'disk' | 'engine' | 'model' | 'sandbox' | 'clock' | 'memory' | 'temp'
  label: string
  state: 'ok' | 'warning' | 'bad'
  found: string
  advice: string | null
  tookMs: number
}

/** `at`: the server's clock, in UTC milliseconds, for the page to compare its own with. */
export type HealthReport = { at: number; checks: HealthCheck[] }

/** A zip for a bug report: `zip` in base64. */
export type DiagnosticsBundle = { name: string; zip: string }
