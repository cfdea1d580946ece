'use client'
import type { RunView } from '@reynard/protocol'
import { messages } from '../../lib/messages.ts'
import { plainText } from '../../lib/plain-text.ts'
import { useRunPart } from '../../lib/run-store/use-run.ts'
import { useAssistants } from './use-assistants.ts'

const idOf = (run: RunView) => run.assistant?.id ?? null
const nameOf = (run: RunView) => run.assistant?.name ?? null

/** Who answers in a run, as it was called then; Reynard where it is the bare model. */
export function useWho(run: RunView | null): { id: string; name: string; letter: string } {
  const id = useRunPart(run, idOf)
  const name = plainText(useRunPart(run, nameOf) ?? messages.common.appName)
  const known = useAssistants().find((assistant) => assistant.id === id)
  return { id: id ?? 'reynard', name, letter: known?.letter ?? [...name][0] ?? '?' }
}
