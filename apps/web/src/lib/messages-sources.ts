import { formatCount } from './format.ts'

/** The words of places that an answer can name. */
export const sourceMessages = {
  list: (count: number) => `${formatCount(count)} ${count === 1 ? 'source' : 'sources'}`,
  none: 'Nothing was found.',
  more: (count: number) => `Show all ${formatCount(count)}`,
  fewer: 'Show fewer',
  /** For whoever does not see the mark of a page that opens beside this one. */
  newTab: 'opens in a new tab',
} as const
