/** A run that holds a slot, as far as learning looks at it. Times in milliseconds. */
export type SlotHolder = {
  admittedAt: number
  firstTokenAt: number | null
  /** Set when another run ended while this one had stood beside it without a token. */
  suspicion: { at: number; slots: number; withinMs: number } | null
  /** The model was being read meanwhile: waiting proves nothing. */
  loading: boolean
  probe: boolean
}

/** Standing beside a streaming run for less than this proves nothing: it may have been reading its prompt. */
const leastOverlapMs = 500
/** Two sockets deliver in any order: a first token this close to another run's end came because of that end. */
const sameMomentMs = 50
const firstProbeMs = 60_000
const longestProbeMs = 3_600_000

/**
 * How many runs an engine really serves at once for one model. It begins at the ceiling. A run that gets no token until another one ends,
 * and gets it right then, proves that there are only as many slots as ran before. Later one more is tried now and then.
 */
export type SlotCount = {
  /** How many may be admitted now. */
  limit(now: number): number
  /** The most that is ever given, from now on: what was learnt below it stays, and more is tried soon. */
  setCeiling(ceiling: number, now: number): void
  /** The operator's number, which ends the guessing; null to learn. */
  fix(slots: number | null): void
  admitted(holder: SlotHolder, running: number, now: number): void
  token(holder: SlotHolder, now: number): void
  /** `others`: the runs that still hold a slot. */
  released(holder: SlotHolder, others: Iterable<SlotHolder>, now: number): void
  /** The most runs that were seen streaming side by side, or what the operator vouches for. */
  proven(): number
}

/** Starts at `first` slots, and never gives more than the ceiling, which this is until another one is set. */
export function createSlotCount(first: number): SlotCount {
  let ceiling = first
  let fixed: number | null = null
  let learnt = ceiling
  let proven = 1
  let probing = false
  let probeAt = Number.POSITIVE_INFINITY
  let probeMs = firstProbeMs

  const shrink = (slots: number, now: number) => {
    const lower = Math.max(1, slots)
    if (lower >= learnt && !probing) return
    probeMs = probing ? Math.min(longestProbeMs, probeMs * 2) : firstProbeMs
    learnt = Math.min(learnt, lower)
    proven = Math.min(proven, lower)
    probing = false
    probeAt = now + probeMs
  }
  const grow = (seen: number, now: number) => {
    proven = Math.max(proven, Math.min(seen, ceiling))
    if (proven <= learnt) return
    learnt = proven
    probing = false
    probeMs = firstProbeMs
    // It has just worked: the next step up need not wait as long.
    probeAt = learnt < ceiling ? now + firstProbeMs / 6 : Number.POSITIVE_INFINITY
  }

  return {
    limit(now) {
      if (fixed !== null) return Math.min(fixed, ceiling)
      return learnt < ceiling && (probing || now >= probeAt) ? learnt + 1 : learnt
    },
    setCeiling(next, now) {
      // Where nothing showed that there are fewer, there may be as many as are allowed now.
      if (learnt === ceiling) learnt = next
      else probeAt = Math.min(probeAt, now + firstProbeMs)
      ceiling = next
      learnt = Math.min(learnt, ceiling)
      proven = Math.min(proven, ceiling)
    },
    fix(slots) {
      fixed = slots === null ? null : Math.max(1, slots)
    },
    admitted(holder, running, now) {
      if (fixed === null && running > learnt && !probing && now >= probeAt) {
        probing = true
        holder.probe = true
      }
    },
    token(holder, now) {
      const { suspicion } = holder
      holder.firstTokenAt = now
      holder.suspicion = null
      if (suspicion !== null && now - suspicion.at <= suspicion.withinMs) shrink(suspicion.slots, now)
    },
    released(holder, others, now) {
      const began = holder.firstTokenAt
      // What the operator vouches for need not be learnt: with hundreds of runs the look at all of them adds up.
      if (began !== null && fixed === null) {
        let sideBySide = now - began >= leastOverlapMs / 2 ? 1 : 0
        const held: SlotHolder[] = []
        for (const other of others) {
          const late = other.firstTokenAt === null || now - other.firstTokenAt < sameMomentMs
          if (late) held.push(other)
          else if (now - other.firstTokenAt! >= leastOverlapMs / 2) sideBySide += 1
        }
        for (const other of held) {
          const overlap = now - Math.max(other.admittedAt, began)
          if (other.loading || overlap < leastOverlapMs) continue
          if (other.firstTokenAt !== null) shrink(sideBySide, now)
          else other.suspicion = { at: now, slots: sideBySide, withinMs: Math.max(1_000, overlap / 2) }
        }
        grow(sideBySide, now)
      }
      if (holder.probe && probing) {
        probing = false
        probeAt = now + probeMs
      }
    },
    proven: () => Math.max(proven, fixed ?? 0),
  }
}
