import type { ApprovalFacts } from '@reynard/protocol'

/** What a person is asked about a call that changes nothing. `wants` completes "Reynard wants to …". */
export function losslessFacts(wants: string, preview: ApprovalFacts['preview']): ApprovalFacts {
  return { wants, reason: null, writes: [], hosts: [], restorable: null, preview }
}
