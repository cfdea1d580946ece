import { useEffect, useRef } from 'react'

const PAUSE_MS = 500

/** Calls `save` with the newest value once typing pauses, and at once when the part closes. */
export function useSavedAfterPause<Value>(save: (value: Value) => void): (value: Value) => void {
  const pending = useRef<{ value: Value; timer: ReturnType<typeof setTimeout> } | null>(null)
  const latest = useRef(save)
  useEffect(() => {
    latest.current = save
  })
  useEffect(
    () => () => {
      if (!pending.current) return
      clearTimeout(pending.current.timer)
      latest.current(pending.current.value)
      pending.current = null
    },
    [],
  )
  return (value) => {
    if (pending.current) clearTimeout(pending.current.timer)
    const timer = setTimeout(() => {
      pending.current = null
      latest.current(value)
    }, PAUSE_MS)
    pending.current = { value, timer }
  }
}
