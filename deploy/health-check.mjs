// Whether the server of this container answers: exit code 0 or 1, and why on the console. For Docker's HEALTHCHECK.
import process from 'node:process'

const address = `http://127.0.0.1:${process.env.PORT || 8000}/api/health`
try {
  const answer = await fetch(address, { signal: AbortSignal.timeout(4000) })
  if (!answer.ok) throw new Error(`it answered ${answer.status}`)
} catch (error) {
  console.error(`${address}: ${error.message}`)
  process.exitCode = 1
}
