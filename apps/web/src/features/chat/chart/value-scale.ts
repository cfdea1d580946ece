/** Where values stand between the lowest and the highest line of a chart. */
export type ValueScale = { min: number; max: number; ticks: number[] }

const STEPS = [1, 2, 2.5, 5, 10]
/** So many spaces between grid lines, at most: three or four lines and the ground. */
const SPACES = 3

/** Round lines round all values. `fromZero`: what has a length must begin at nothing. */
export function valueScale(values: readonly number[], fromZero: boolean): ValueScale {
  const known = values.filter((value) => Number.isFinite(value)).map(within)
  let low = known.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
  let high = known.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY)
  if (known.length === 0) [low, high] = [0, 1]
  // A line that lies far above nothing is looked at for its course, others against nothing.
  if (fromZero || (low > 0 && low < high * 0.6)) low = Math.min(0, low)
  if (fromZero || (high < 0 && high > low * 0.6)) high = Math.max(0, high)
  if (low === high) [low, high] = low === 0 ? [0, 1] : [Math.min(low, 0), Math.max(high, 0)]
  const step = roundStep((high - low) / SPACES)
  const min = Math.floor(low / step + 1e-9) * step
  const count = Math.max(1, Math.ceil((high - min) / step - 1e-9))
  const ticks = Array.from({ length: count + 1 }, (_, index) => tidy(min + index * step))
  return { min: tidy(min), max: tidy(min + count * step), ticks }
}

/** Differences of what lies farther out, and steps between what lies nearer to nothing, are no numbers any more. */
function within(value: number): number {
  return Math.abs(value) < 1e-280 ? 0 : Math.max(-1e300, Math.min(1e300, value))
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = STEPS.find((each) => each * power >= rough - power * 1e-9) ?? 10
  return step * power
}

/** 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12))
}

/** Part of the way from the lowest line to the highest, 0 to 1. */
export function partOf(value: number, { min, max }: Pick<ValueScale, 'min' | 'max'>): number {
  return max === min ? 0 : (within(value) - min) / (max - min)
}
