import { useEffect, useState } from 'react'

/** The time, told every `stepMs` while `isRunning`. For counters: they change, nothing else moves. */
export function useNow(isRunning: boolean, stepMs = 1000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isRunning) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), stepMs)
    return () => clearInterval(timer)
  }, [isRunning, stepMs])
  return now
}
