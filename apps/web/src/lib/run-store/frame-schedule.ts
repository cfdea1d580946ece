/** Asks for one call of `flush` soon. Asking again before it came changes nothing. */
export type Schedule = (flush: () => void) => void

/** A tab in the background gets no frames; its title and its announcements go on by this timer. */
const HIDDEN_MS = 500

/** One publish for each frame that is really painted, or two a second while nobody looks. */
export function createFrameSchedule(): Schedule {
  let isAsked = false
  return (flush) => {
    if (isAsked) return
    isAsked = true
    const run = () => {
      if (!isAsked) return
      isAsked = false
      cancelAnimationFrame(frame)
      clearTimeout(timer)
      flush()
    }
    const frame = requestAnimationFrame(run)
    const timer = setTimeout(run, HIDDEN_MS)
  }
}
