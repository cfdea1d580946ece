const everyMs = 5_000

/** Says every five seconds how far something is that takes longer: `what` and a count out of `total`. */
export function createProgress(what: string, total: number, now: () => number = () => performance.now()) {
  const startedAt = now()
  let saidAt = startedAt
  return (done: number) => {
    if (now() - saidAt < everyMs) return
    saidAt = now()
    console.log(`  ${what}: ${done} of ${total}, ${Math.round((saidAt - startedAt) / 1000)} s`)
  }
}
