/** A label beside the end of a line: where it wants to stand and where it does, px from above. */
export type EndLabel = { series: number; wantsY: number; y: number }

const LINE_PX = 16

/** Moves labels apart so that none lies on another, each as near to its line as the others let it. */
export function placeLabels(wanted: readonly { series: number; y: number }[], heightPx: number): EndLabel[] {
  const sorted = wanted.map(({ series, y }) => ({ series, wantsY: y, y })).sort((a, b) => a.wantsY - b.wantsY)
  let above = Number.NEGATIVE_INFINITY
  for (const label of sorted) {
    label.y = Math.max(label.wantsY, above + LINE_PX)
    above = label.y
  }
  let below = heightPx + LINE_PX
  for (const label of sorted.toReversed()) {
    label.y = Math.min(label.y, below - LINE_PX)
    below = label.y
  }
  return sorted
}
