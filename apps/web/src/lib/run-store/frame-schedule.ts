/** Asks for one call of `flush` soon. Asking again before it came changes nothing. */
export type Schedule = (flush: () => void) => void

/** A tab in the background gets no frames; its title and its announcements go on by this timer. */
const HIDDEN_MS = 500
/** After a publish the page is left alone for this many times what it took: on a slow machine text comes in fewer, larger steps, and keys stay quick. */
const REST = 3
const LONGEST_REST_MS = 96
/** Frames come a little early or late; one that is nearly due is taken. */
const NEARLY_MS = 4

/** One publish for each frame that is really painted, fewer where frames are dear, two a second while nobody looks. */
export function createFrameSchedule(): Schedule {
  let isAsked = false
  let restUntil = 0
  return (flush) => {
    if (isAsked) return
    isAsked = true
    const run = () => {
      if (!isAsked) return
      isAsked = false
      cancelAnimationFrame(frame)
      clearTimeout(timer)
      const began = performance.now()
      flush()
      // React renders when this task ends, then the frame is laid out and painted: the next task comes after all of it.
      setTimeout(() => {
        const now = performance.now()
        restUntil = now + Math.min(LONGEST_REST_MS, (now - began) * REST)
      })
    }
    const look = () => {
      if (performance.now() + NEARLY_MS >= restUntil) run()
      else frame = requestAnimationFrame(look)
    }
    let frame = requestAnimationFrame(look)
    const timer = setTimeout(run, HIDDEN_MS)
  }
}
