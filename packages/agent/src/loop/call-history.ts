/** What was called in this turn, to see a model going in circles. */
export type CallHistory = {
  /** How often this very call was made since something else was changed. */
  timesMade(name: string, given: unknown): number
  made(name: string, given: unknown): void
  /** A call has written something: looking again is then no repetition for any other call. */
  changed(name: string, given: unknown): void
}

/** Begins empty: one for each turn. */
export function createCallHistory(): CallHistory {
  const times = new Map<string, number>()
  return {
    timesMade: (name, given) => times.get(keyOf(name, given)) ?? 0,
    made(name, given) {
      const key = keyOf(name, given)
      times.set(key, (times.get(key) ?? 0) + 1)
    },
    changed(name, given) {
      const own = keyOf(name, given)
      for (const key of [...times.keys()]) if (key !== own) times.delete(key)
    },
  }
}

/** The same for equal arguments, in whatever order their keys come. */
function keyOf(name: string, given: unknown): string {
  return JSON.stringify([name, given], (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
