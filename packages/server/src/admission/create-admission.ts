import { AppError } from '@reynard/protocol'
import type { Admission, AdmissionOptions } from './admission.ts'
import { createEntry, type Entry, type Group, groupAt, type Host } from './group.ts'
import { createPositionBoard } from './position-board.ts'

const backgroundPlaces = 100
const guessedHoldMs = 10_000

/**
 * The queue in front of the engines, so that nothing waits inside them unseen. Admits at most the true number of slots per (host, model)
 * and never more than the ceiling per host; takes turns between users; keeps positions current, told at most every 250 ms.
 * Nothing here is proportional to the number of waiting runs except that telling.
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const { places, clock, onChange } = options
  let { ceiling, perUser = null } = options
  /** How many of a person's runs go, at all models. */
  const runningOf = new Map<string, number>()
  const hosts = new Map<string, Host>()
  const board = createPositionBoard(clock)
  let queuedPeople = 0
  let queuedBackground = 0

  const changed = (group: Group) => {
    board.changed(group)
    onChange?.()
  }

  const count = (entry: Entry, by: 1 | -1) => {
    if (entry.request.class === 'person') queuedPeople += by
    else queuedBackground += by
  }

  const countRunning = ({ request: { userId, class: kind } }: Entry, by: 1 | -1) => {
    if (kind !== 'person') return
    const running = (runningOf.get(userId) ?? 0) + by
    if (running === 0) runningOf.delete(userId)
    else runningOf.set(userId, running)
  }

  const mayGo = (userId: string) => perUser === null || (runningOf.get(userId) ?? 0) < perUser

  const admit = (group: Group, entry: Entry, now: number) => {
    count(entry, -1)
    if (entry.request.class === 'person') group.host.waitingPeople -= 1
    entry.state = 'admitted'
    entry.admittedAt = now
    entry.shown = null
    entry.shownPlace = null
    group.running.add(entry)
    countRunning(entry, 1)
    group.host.running += 1
    group.slots.admitted(entry, group.running.size, now)
    changed(group)
    entry.request.onAdmit()
  }

  /** Whether one in the background may hold up a person who is answered there, as far as slots are known. */
  const isInTheWay = (group: Group, running: number) => {
    if (running <= group.slots.proven()) return false
    for (const { request } of group.running) if (request.class === 'person') return true
    return false
  }

  /** The next one that may go now. Models take turns, so that a full one does not hold up the others. */
  const next = (host: Host, now: number): [Group, Entry] | undefined => {
    if (host.running >= ceiling) return undefined
    for (const kind of ['people', 'background'] as const) {
      if (kind === 'background' && host.waitingPeople > 0) return undefined
      for (const [name, group] of host.groups) {
        if (group[kind].size === 0 || group.running.size >= group.slots.limit(now)) continue
        if (kind === 'background' && isInTheWay(group, group.running.size + 1)) continue
        const entry = group[kind].take(kind === 'people' ? mayGo : undefined)
        if (entry === undefined) continue
        host.groups.delete(name)
        host.groups.set(name, group)
        return [group, entry]
      }
    }
    return undefined
  }

  const preempt = (host: Host) => {
    for (const group of host.groups.values()) {
      for (const entry of group.running) {
        if (entry.request.class !== 'background' || entry.preempted) continue
        if (host.waitingPeople === 0 && !isInTheWay(group, group.running.size)) continue
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

  /** After a slot came free at a host. Where people have a bound, one of theirs may go at another host now. */
  const pumpAfter = (host: Host) => {
    pump(host)
    if (perUser === null) return
    for (const other of hosts.values()) if (other !== host) pump(other)
  }

  const withdraw = (entry: Entry): Host | null => {
    const { group } = entry
    if (entry.state === 'parked') board.unpark(entry)
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
      countRunning(entry, -1)
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
      const entry = createEntry(request)
      count(entry, 1)
      return {
        park() {
          if (entry.state === 'gone' || entry.state === 'parked') return
          const host = withdraw(entry)
          count(entry, 1)
          entry.state = 'parked'
          board.park(entry)
          if (host !== null) pumpAfter(host)
        },
        rest() {
          if (entry.state === 'gone' || entry.state === 'resting') return
          const host = withdraw(entry)
          Object.assign(entry, { state: 'resting', shown: null, shownPlace: null, heldByEngine: false })
          if (host !== null) pumpAfter(host)
        },
        queue({ host, model, slots }) {
          if (entry.state === 'gone') return
          const left = withdraw(entry)
          count(entry, 1)
          const group = groupAt(hosts, { host, model }, ceiling)
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
          if (left !== null && left !== group.host) pumpAfter(left)
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
          if (host !== null) pumpAfter(host)
        },
      }
    },
    setCeiling(next) {
      if (next === ceiling) return
      ceiling = next
      const now = clock.now()
      for (const host of hosts.values()) {
        for (const group of host.groups.values()) {
          group.slots.setCeiling(next, now)
          changed(group)
        }
        pump(host)
      }
      onChange?.()
    },
    setPerUser(most) {
      if (most === perUser) return
      perUser = most
      for (const host of hosts.values()) pump(host)
    },
    busyModels: () =>
      [...hosts.values()].flatMap(({ groups }) =>
        [...groups].flatMap(([model, { running }]) => (running.size > 0 ? [model] : [])),
      ),
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
