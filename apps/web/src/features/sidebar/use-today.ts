import { useSyncExternalStore } from 'react'

/** The current moment, renewed at each midnight: the groups of the sidebar move over by themselves. */
export function useToday(): number {
  return useSyncExternalStore(subscribe, read, () => 0)
}

let value = 0
const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0)

/** The same number all day, as a snapshot has to be. */
function read(): number {
  const now = Date.now()
  if (startOfDay(now) !== startOfDay(value)) value = now
  return value
}

function subscribe(listener: () => void) {
  const timer = setInterval(listener, 60_000)
  return () => clearInterval(timer)
}
