import type { RunStretch } from '@reynard/protocol'

/** Places are parts of the whole width, 0 to 1. `isCut`: drawn shorter than it was. */
type Bar = { stretch: RunStretch; from: number; width: number; isCut: boolean }
type Layout = { bars: Bar[]; ticks: { at: number; ms: number }[]; hasCut: boolean }

/** A wait that would push what was done into a corner is drawn this long: a part of what was done. */
const CUT_PART = 0.3
/** Shorter waits are drawn as they were. */
const CUT_FROM_MS = 2_000

const isWait = ({ kind }: RunStretch) => kind === 'queue' || kind === 'approval'

/** Where each stretch stands on a shared axis. Times beneath it only where nothing is cut. */
export function layOutStretches(stretches: readonly RunStretch[], now: number): Layout {
  const lengthOf = ({ from, to }: RunStretch) => Math.max(0, (to ?? now) - from)
  const busyMs = stretches.reduce((sum, stretch) => sum + (isWait(stretch) ? 0 : lengthOf(stretch)), 0)
  const longest = Math.max(CUT_FROM_MS, busyMs * CUT_PART)
  const drawn = stretches.map((stretch) => {
    const isCut = isWait(stretch) && busyMs > 0 && lengthOf(stretch) > longest
    return { stretch, isCut, ms: isCut ? longest : lengthOf(stretch) }
  })
  const whole = Math.max(
    1,
    drawn.reduce((sum, { ms }) => sum + ms, 0),
  )
  let at = 0
  const bars = drawn.map(({ stretch, isCut, ms }) => {
    const from = at / whole
    at += ms
    return { stretch, isCut, from, width: ms / whole }
  })
  const hasCut = drawn.some(({ isCut }) => isCut)
  const ticks = hasCut ? [{ at: 0, ms: 0 }] : [0, 1 / 3, 2 / 3].map((part) => ({ at: part, ms: whole * part }))
  return { bars, ticks, hasCut }
}
