import type { Clock } from '../runs/ports.ts'
import type { QueuePosition } from './admission.ts'
import type { Entry, Group } from './group.ts'

const tickMs = 250
/** A run that stands this long beside a streaming one without a token is shown as waiting in the engine. */
const unseenWaitMs = 1_500

/** Tells waiting runs where they stand. */
export type PositionBoard = {
  /** Something moved in the group. */
  changed(group: Group): void
  /** The run waits for a model that is on its way. */
  park(entry: Entry): void
  unpark(entry: Entry): void
}

/** Positions are told at most every 250 ms: it is the one thing here whose cost grows with the number of waiting runs. */
export function createPositionBoard(clock: Clock): PositionBoard {
  const parked = new Set<Entry>()
  const untold = new Set<Group>()
  let parkedChanged = false
  let ticking = false

  const show = (entry: Entry, position: number, place: QueuePosition['place'], etaMs: number | null) => {
    // Far back, single steps are noise; near the front, each one counts.
    const step = entry.shown === null || position > entry.shown ? 1 : Math.max(1, Math.floor(entry.shown / 10))
    const moved = entry.shown === null || Math.abs(position - entry.shown) >= step
    if (!moved && entry.shownPlace === place) return
    entry.shown = position
    entry.shownPlace = place
    entry.request.onPosition?.({ position, etaMs, place })
  }

  /** Runs that hold a slot but stand behind another run in the engine, oldest first. */
  const showHeld = (group: Group, now: number): boolean => {
    let streaming = 0
    for (const each of group.running) if (each.firstTokenAt !== null) streaming += 1
    let position = 0
    let unsure = false
    for (const entry of group.running) {
      if (entry.firstTokenAt !== null || entry.loading) continue
      const unseen =
        streaming > 0 && now - entry.admittedAt >= unseenWaitMs && group.running.size > group.slots.proven()
      unsure ||= !unseen && streaming > 0
      if (!unseen && !entry.heldByEngine) continue
      position += 1
      show(entry, position, 'engine', group.holdMs === null ? null : Math.round(group.holdMs * position))
    }
    return unsure
  }

  const tell = (now: number) => {
    if (parkedChanged) {
      parkedChanged = false
      let position = 0
      for (const entry of parked) show(entry, ++position, 'model', null)
    }
    const again: Group[] = []
    for (const group of untold) {
      const limit = Math.max(1, group.slots.limit(now))
      const order = group.people.size === 0 ? [] : group.people.order()
      for (const [i, entry] of order.entries()) {
        const etaMs = group.holdMs === null ? null : Math.round((group.holdMs * (i + 0.5)) / limit)
        show(entry, i + 1, 'queue', etaMs)
      }
      if (showHeld(group, now)) again.push(group)
    }
    untold.clear()
    for (const group of again) untold.add(group)
  }

  const tickLater = () => {
    if (ticking || (untold.size === 0 && !parkedChanged)) return
    ticking = true
    clock.after(tickMs, () => {
      ticking = false
      tell(clock.now())
      tickLater()
    })
  }

  const parkedMoved = () => {
    parkedChanged = true
    tickLater()
  }

  return {
    changed(group) {
      untold.add(group)
      tickLater()
    },
    park(entry) {
      parked.add(entry)
      parkedMoved()
    },
    unpark(entry) {
      parked.delete(entry)
      parkedMoved()
    },
  }
}
