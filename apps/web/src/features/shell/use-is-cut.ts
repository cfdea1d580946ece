'use client'
import { useEffect, useState } from 'react'
import { useConnection } from '../../lib/client.tsx'

/** Below this a cut mends unseen: a note that flashes helps nobody. */
const PATIENCE_MS = 1500

/** True while the server is out of reach, from 1.5 s after the cut until the connection stands again; the tries between don't end it. */
export function useIsCut(): boolean {
  const { status, failures } = useConnection()
  const [isCut, setCut] = useState(false)
  const isDown = status === 'offline' || (status === 'connecting' && failures > 0)
  useEffect(() => {
    if (!isDown) return setCut(false)
    const timer = setTimeout(() => setCut(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [isDown])
  return isCut
}
