import type { WorkspaceCheckpoint } from '@reynard/protocol'
import type { CheckpointNote } from '@reynard/sandbox'
import { z } from 'zod'

const madeSchema = z.enum(['before', 'after', 'restore', 'person'])
const labelSchema = z.object({ at: z.number().int(), made: madeSchema, title: z.string().nullable() })
const longestTitle = 160

/** What a state is kept under: when (UTC ms), why, and the sentence of the call that it belongs to. */
export function stateLabel(made: z.infer<typeof madeSchema>, at: number, title: string | null = null): string {
  return JSON.stringify({ at, made, title: title === null ? null : [...title].slice(0, longestTitle).join('') })
}

/** What the files were before an assistant changed them for the first time, of states in any order; where none did, the oldest. */
export function startOf(states: readonly WorkspaceCheckpoint[]): WorkspaceCheckpoint | undefined {
  const sorted = states.toSorted((a, b) => a.at - b.at)
  const first = sorted.findIndex(({ made }) => made === 'after')
  return first > 0 ? sorted[first - 1] : sorted[0]
}

/** The state as lists show it; a label that can't be read leaves its time. */
export function readState({ id, at, label }: CheckpointNote): WorkspaceCheckpoint {
  try {
    return { id, ...labelSchema.parse(JSON.parse(label)) }
  } catch {
    return { id, at, made: 'person', title: null }
  }
}
