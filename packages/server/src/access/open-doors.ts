import type { IncomingMessage } from 'node:http'
import type { Caller } from './access.ts'

/** Somebody who is not known gets this long to hear it. */
const STRANGER_MS = 10_000
const LOOK_EVERY_MS = 1_000

export type OpenDoors = {
  /** A socket or an answer that may last. `end` cuts it off; call the result when it ended by itself. */
  open(req: IncomingMessage, end: () => void): () => void
  /** Whose it is; null: nobody's, and then it ends soon where it is a socket (`brief`). */
  know(req: IncomingMessage, caller: Caller | null, brief?: boolean): void
  /** Ends all of those callers whom the test is true of. */
  endWhere(test: (caller: Caller) => boolean): void
  close(): void
}

/**
 * What is open, and for whom: who may come in is asked when a socket opens, so what a session or key opened has to end with it. One that
 * runs out by itself is noticed within a second.
 */
export function createOpenDoors(): OpenDoors {
  const doors = new Map<IncomingMessage, { end: () => void; caller: Caller | null; timer?: NodeJS.Timeout }>()
  let look: NodeJS.Timeout | undefined

  function endWhere(test: (caller: Caller) => boolean): void {
    for (const { caller, end } of [...doors.values()]) if (caller !== null && test(caller)) end()
  }
  function endExpired(): void {
    const now = Date.now()
    endWhere(({ credential }) => credential !== null && credential.expiresAt <= now)
  }

  return {
    open(req, end) {
      doors.set(req, { end, caller: null })
      return () => {
        clearTimeout(doors.get(req)?.timer)
        doors.delete(req)
      }
    },
    know(req, caller, brief = false) {
      const door = doors.get(req)
      if (door === undefined) return
      door.caller = caller
      clearTimeout(door.timer)
      if (caller === null && brief) door.timer = setTimeout(door.end, STRANGER_MS).unref()
      if (caller !== null && caller.credential !== null) look ??= setInterval(endExpired, LOOK_EVERY_MS).unref()
    },
    endWhere,
    close() {
      clearInterval(look)
      for (const { timer } of doors.values()) clearTimeout(timer)
      doors.clear()
    },
  }
}
