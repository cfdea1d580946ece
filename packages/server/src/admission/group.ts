import type { AdmissionRequest, QueuePosition } from './admission.ts'
import { createFairQueue, type FairQueue } from './fair-queue.ts'
import { createSlotCount, type SlotCount, type SlotHolder } from './slot-count.ts'

/** A ticket from the inside. */
export type Entry = SlotHolder & {
  request: AdmissionRequest
  state: 'outside' | 'parked' | 'resting' | 'waiting' | 'admitted' | 'gone'
  group: Group | null
  shown: number | null
  shownPlace: QueuePosition['place'] | null
  heldByEngine: boolean
  preempted: boolean
}
/** The runs of one model on one host. */
export type Group = {
  host: Host
  slots: SlotCount
  people: FairQueue<Entry>
  background: FairQueue<Entry>
  running: Set<Entry>
  /** How long a run held its slot lately, in milliseconds. */
  holdMs: number | null
}
/** What an engine's models share: its ceiling. */
export type Host = { groups: Map<string, Group>; running: number; waitingPeople: number; pumping: boolean }

const costOf = (entry: Entry) => Math.max(1, Math.floor(entry.request.cost ?? 1))
const userOf = (entry: Entry) => entry.request.userId

/** A ticket that holds no place anywhere yet. */
export function createEntry(request: AdmissionRequest): Entry {
  return {
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
}

/** The group of a model, made at its first run. `ceiling`: the most slots that it ever gets. */
export function groupAt(hosts: Map<string, Host>, at: { host: string; model: string }, ceiling: number): Group {
  let host = hosts.get(at.host)
  if (host === undefined) {
    host = { groups: new Map(), running: 0, waitingPeople: 0, pumping: false }
    hosts.set(at.host, host)
  }
  let group = host.groups.get(at.model)
  if (group === undefined) {
    group = {
      host,
      slots: createSlotCount(ceiling),
      people: createFairQueue(userOf, costOf),
      background: createFairQueue(userOf, costOf),
      running: new Set(),
      holdMs: null,
    }
    host.groups.set(at.model, group)
  }
  return group
}
