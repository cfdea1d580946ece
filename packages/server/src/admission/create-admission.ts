import { AppError } from '@reynard/protocol'
import type { Clock } from '../runs/ports.ts'
import { createFairQueue, type FairQueue } from './fair-queue.ts'
import { createSlotCount, type SlotCount, type SlotHolder } from './slot-count.ts'

/** Where a run stands: counted from 1, with an estimate in milliseconds where recent runs allow one. */
export type QueuePosition = { position: number; etaMs: number | null; place: 'queue' | 'engine' | 'model' }

/** One run that wants a slot. Callbacks come synchronously and must not throw. */
type AdmissionRequest = {
  userId: string
  /** `background` goes only where no person waits, gets no positions, and is told to stop when one comes. */
  class: 'person' | 'background'
  /** Whole number from 1: how much of its user's turn it takes. */
  cost?: number
  onAdmit(): void
  onPosition?(position: QueuePosition): void
  /** A person waits for what this run holds. Called once; the run then leaves as soon as it can. */
  onPreempt?(): void
}

/** A run's hold on the queue. Every method is safe at any time; after `leave` all do nothing. */
export type AdmissionTicket = {
  /** Waits for a model that is on its way. */
  park(): void
  /** Waits for a slot at this model. A ticket that holds a slot gives it back first. `slots`: the operator's number, null to learn. */
  queue(to: { host: string; model: string; slots: number | null }): void
  /** The engine began to answer. Only the first call counts. */
  started(): void
  /** The engine reads the model into memory. */
  loading(): void
  /** The engine says that it holds the run behind another one. */
  held(): void
  /** Out of the queue at once, or the slot back. */
  leave(): void
}

export type AdmissionOptions = {
  /** How many people's runs may wait, at all models together. */
  places: number
  /** How many runs one host gets at once, whatever is learnt. */
  ceiling: number
  clock: Clock
}

export type Admission = {
  /** A place in the queue; `queue` or `park` must follow. Throws `too-many-requests` with `retryAfterMs` when all are taken. */
  enter(request: AdmissionRequest): AdmissionTicket
  /** For status pages: slots at the model (or all running when null), what is free of them, and how many people's runs wait. */
  snapshot(at: { host: string; model: string } | null): { total: number; free: number; queued: number }
}

type Entry = SlotHolder & {
  request: AdmissionRequest
  state: 'outside' | 'parked' | 'waiting' | 'admitted' | 'gone'
  group: Group | null
  shown: number | null
  shownPlace: QueuePosition['place'] | null
  heldByEngine: boolean
  preempted: boolean
}
type Group = {
  host: Host
  slots: SlotCount
  people: FairQueue<Entry>
  background: FairQueue<Entry>
  running: Set<Entry>
  /** How long a run held its slot lately, in milliseconds. */
  holdMs: number | null
}
type Host = { groups: Map<string, Group>; running: number; waitingPeople: number; pumping: boolean }

const backgroundPlaces = 100
const tickMs = 250
/** A run that stands this long beside a streaming one without a token is shown as waiting in the engine. */
const unseenWaitMs = 1_500
const guessedHoldMs = 10_000

/**
 * The queue in front of the engines, so that nothing waits inside them unseen. Admits at most the true number of slots per (host, model)
 * and never more than the ceiling per host; takes turns between users; keeps positions current, told at most every 250 ms.
 * Nothing here is proportional to the number of waiting runs except that telling.
 */
export function createAdmission({ places, ceiling, clock }: AdmissionOptions): Admission {
  const hosts = new Map<string, Host>()
  const parked = new Set<Entry>()
  const untold = new Set<Group>()
  let queuedPeople = 0
  let queuedBackground = 0
  let parkedChanged = false
  let ticking = false

  const costOf = (entry: Entry) => Math.max(1, Math.floor(entry.request.cost ?? 1))
  const userOf = (entry: Entry) => entry.request.userId

  const groupAt = (hostName: string, model: string): Group => {
    let host = hosts.get(hostName)
    if (host === undefined) {
      host = { groups: new Map(), running: 0, waitingPeople: 0, pumping: false }
      hosts.set(hostName, host)
    }
    let group = host.groups.get(model)
    if (group === undefined) {
      group = {
        host,
        slots: createSlotCount(ceiling),
        people: createFairQueue(userOf, costOf),
        background: createFairQueue(userOf, costOf),
        running: new Set(),
        holdMs: null,
      }
      host.groups.set(model, group)
    }
    return group
  }

  const count = (entry: Entry, by: 1 | -1) => {
    if (entry.request.class === 'person') queuedPeople += by
    else queuedBackground += by
  }

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
      const limit = Math.max(1, Math.min(group.slots.limit(now), ceiling))
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
  const changed = (group: Group) => {
    untold.add(group)
    tickLater()
  }

  const admit = (group: Group, entry: Entry, now: number) => {
    count(entry, -1)
    if (entry.request.class === 'person') group.host.waitingPeople -= 1
    entry.state = 'admitted'
    entry.admittedAt = now
    entry.shown = null
    entry.shownPlace = null
    group.running.add(entry)
    group.host.running += 1
    group.slots.admitted(entry, group.running.size, now)
    changed(group)
    entry.request.onAdmit()
  }

  /** The next one that may go now. Models take turns, so that a full one does not hold up the others. */
  const next = (host: Host, now: number): [Group, Entry] | undefined => {
    if (host.running >= ceiling) return undefined
    for (const kind of ['people', 'background'] as const) {
      if (kind === 'background' && host.waitingPeople > 0) return undefined
      for (const [name, group] of host.groups) {
        if (group[kind].size === 0 || group.running.size >= group.slots.limit(now)) continue
        host.groups.delete(name)
        host.groups.set(name, group)
        return [group, group[kind].take()!]
      }
    }
    return undefined
  }

  const preempt = (host: Host) => {
    for (const group of host.groups.values()) {
      for (const entry of group.running) {
        if (entry.request.class !== 'background' || entry.preempted) continue
        const besideProven = group.running.size <= group.slots.proven()
        if (host.waitingPeople === 0 && besideProven) continue
        let person = host.waitingPeople > 0
        for (const other of group.running) person ||= other.request.class === 'person'
        if (!person) continue
        entry.preempted = true
        entry.request.onPreempt?.()
      }
    }
  }

  /** Fills the free slots. Callbacks may come back in here; the outer call then goes on. */
  const pump = (host: Host) => {
    if (host.pumping) return
    host.pumping = true
    const now = clock.now()
    for (let found = next(host, now); found !== undefined; found = next(host, now)) admit(...found, now)
    host.pumping = false
    preempt(host)
  }

  const withdraw = (entry: Entry): Host | null => {
    const { group } = entry
    if (entry.state === 'parked') {
      parked.delete(entry)
      parkedChanged = true
      tickLater()
    }
    if (entry.state === 'outside' || entry.state === 'parked') count(entry, -1)
    if (group === null) return null
    if (entry.state === 'waiting') {
      count(entry, -1)
      if (entry.request.class === 'person') group.host.waitingPeople -= 1
      if (!group.people.remove(entry)) group.background.remove(entry)
    }
    if (entry.state === 'admitted') {
      const now = clock.now()
      group.running.delete(entry)
      group.host.running -= 1
      group.slots.released(entry, group.running, now)
      if (entry.firstTokenAt !== null && entry.request.class === 'person') {
        const heldMs = now - entry.admittedAt
        group.holdMs = group.holdMs === null ? heldMs : group.holdMs * 0.8 + heldMs * 0.2
      }
    }
    entry.group = null
    changed(group)
    return group.host
  }

  const meanHoldMs = () => {
    const known = [...hosts.values()]
      .flatMap((host) => [...host.groups.values()])
      .flatMap((group) => group.holdMs ?? [])
    return known.length === 0 ? guessedHoldMs : known.reduce((sum, each) => sum + each, 0) / known.length
  }

  return {
    enter(request) {
      const full = request.class === 'person' ? queuedPeople >= places : queuedBackground >= backgroundPlaces
      if (full) {
        const retryAfterMs = Math.round(Math.min(60_000, Math.max(1_000, meanHoldMs() / ceiling)))
        throw new AppError('too-many-requests', 'Too many questions are waiting. Try again in a moment.', {
          retryAfterMs,
        })
      }
      const entry: Entry = {
        request,
        state: 'outside',
        group: null,
        shown: null,
        shownPlace: null,
        heldByEngine: false,
        preempted: false,
        admittedAt: 0,
        firstTokenAt: null,
        suspicion: null,
        loading: false,
        probe: false,
      }
      count(entry, 1)
      return {
        park() {
          if (entry.state === 'gone' || entry.state === 'parked') return
          const host = withdraw(entry)
          count(entry, 1)
          entry.state = 'parked'
          parked.add(entry)
          parkedChanged = true
          tickLater()
          if (host !== null) pump(host)
        },
        queue({ host, model, slots }) {
          if (entry.state === 'gone') return
          const left = withdraw(entry)
          count(entry, 1)
          const group = groupAt(host, model)
          group.slots.fix(slots)
          Object.assign(entry, {
            group,
            state: 'waiting',
            firstTokenAt: null,
            suspicion: null,
            loading: false,
            probe: false,
          })
          if (request.class === 'person') group.host.waitingPeople += 1
          group[request.class === 'person' ? 'people' : 'background'].add(entry)
          changed(group)
          if (left !== null && left !== group.host) pump(left)
          pump(group.host)
        },
        started() {
          if (entry.state !== 'admitted' || entry.firstTokenAt !== null || entry.group === null) return
          entry.group.slots.token(entry, clock.now())
          entry.loading = false
          entry.heldByEngine = false
          changed(entry.group)
        },
        loading() {
          entry.loading = true
        },
        held() {
          if (entry.state !== 'admitted' || entry.firstTokenAt !== null || entry.group === null) return
          entry.heldByEngine = true
          changed(entry.group)
        },
        leave() {
          if (entry.state === 'gone') return
          const host = withdraw(entry)
          entry.state = 'gone'
          if (host !== null) pump(host)
        },
      }
    },
    snapshot(at) {
      const running = [...hosts.values()].reduce((sum, host) => sum + host.running, 0)
      const host = at === null ? undefined : hosts.get(at.host)
      const group = at === null ? undefined : host?.groups.get(at.model)
      const limit = group === undefined ? ceiling : Math.min(ceiling, group.slots.limit(clock.now()))
      const used = group === undefined ? (host?.running ?? running) : group.running.size
      const total = Math.max(limit, used)
      return {
        total,
        free: Math.max(0, Math.min(total - used, ceiling - (host?.running ?? used))),
        queued: queuedPeople,
      }
    },
  }
}
