import { useSyncExternalStore } from 'react'

const QUERY = '(min-width: 1280px)'
const subscribe = (listener: () => void) => {
  const query = matchMedia(QUERY)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** Whether there is room for a run beside the list. Null while the server renders: nothing is opened before it is known where. */
export function useIsWide(): boolean | null {
  return useSyncExternalStore<boolean | null>(
    subscribe,
    () => matchMedia(QUERY).matches,
    () => null,
  )
}
