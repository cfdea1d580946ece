export type Random = () => number

export const pick = <Item>(random: Random, list: readonly Item[]): Item =>
  list[Math.floor(random() * list.length)] as Item
/** Powers of ten and two around what limits are made of, seldom the same. */
export const size = (random: Random) => Math.floor(2 ** (random() * 40)) + pick(random, [-1, 0, 1])
/** From 0 up to but without `below`. */
export const below = (random: Random, below: number) => Math.floor(random() * below)
export const chance = (random: Random, share: number) => random() < share

/** Hides something in up to `most` layers, one about the other. */
export function wrap<Value>(
  random: Random,
  value: Value,
  wraps: readonly ((value: Value) => Value)[],
  most = 2,
): Value {
  let wrapped = value
  for (let layers = below(random, most + 1); layers > 0; layers--) wrapped = pick(random, wraps)(wrapped)
  return wrapped
}
