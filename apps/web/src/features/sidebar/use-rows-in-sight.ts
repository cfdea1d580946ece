'use client'
import { type RefObject, useLayoutEffect, useState } from 'react'

/** Pixels above and below what is seen that are drawn too, so that a fast finger meets rows and not ground. */
const SPARE_PX = 400

/**
 * First and last index of the rows in sight of a scroller, and where each row begins. `heights` in CSS pixels. Rows whose height is known
 * beforehand need no library that measures them: 10 kB less until the page can be used.
 */
export function useRowsInSight(scroller: RefObject<HTMLElement | null>, heights: readonly number[]) {
  const starts = startsOf(heights)
  // Before the first measure: enough for a tall screen, so that the list does not pop in.
  const [sight, setSight] = useState({ top: 0, height: 900 })

  // Anew after each draw: the scroller may not have been there before.
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const read = () =>
      setSight((before) =>
        before.top === element.scrollTop && before.height === element.clientHeight
          ? before
          : { top: element.scrollTop, height: element.clientHeight },
      )
    const resized = new ResizeObserver(read)
    resized.observe(element)
    element.addEventListener('scroll', read, { passive: true })
    return () => {
      resized.disconnect()
      element.removeEventListener('scroll', read)
    }
  })

  return {
    starts,
    first: indexAt(starts, sight.top - SPARE_PX),
    last: indexAt(starts, sight.top + sight.height + SPARE_PX),
    /** Scrolls no further than is needed to see a row. */
    show(index: number) {
      const element = scroller.current
      const top = starts[index]
      const bottom = starts[index + 1]
      if (!element || top === undefined || bottom === undefined) return
      if (top < element.scrollTop) element.scrollTop = top
      else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight
    },
  }
}

/** One more than there are rows: the last is where the list ends. */
function startsOf(heights: readonly number[]): number[] {
  const starts = [0]
  for (const height of heights) starts.push((starts.at(-1) ?? 0) + height)
  return starts
}

/** The last row that begins at or before a height. */
function indexAt(starts: readonly number[], px: number): number {
  let low = 0
  let high = Math.max(0, starts.length - 2)
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= px) low = middle
    else high = middle - 1
  }
  return low
}
