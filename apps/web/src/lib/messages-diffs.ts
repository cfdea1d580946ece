import type { FileDiff } from '@reynard/protocol'
import { formatCount } from './format.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`

/** The words of changes in several files. */
export const diffMessages = {
  files: (count: number) => `${plural(count, 'file', 'files')} changed`,
  none: 'Nothing differs.',
  omitted: (count: number) => `${plural(count, 'more file is', 'more files are')} not shown here.`,
  noText: 'no lines to show',
  change: (change: FileDiff['change'], oldPath: string | null) =>
    change === 'renamed' && oldPath !== null
      ? `was ${oldPath}`
      : { added: 'new', modified: '', deleted: 'deleted', renamed: 'renamed' }[change],
} as const
