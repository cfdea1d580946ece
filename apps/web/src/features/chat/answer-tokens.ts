import type { RunView } from '@reynard/protocol'

/** Tokens of a run by what they were for, as the engine counted where it did: the answer itself, and choosing between tools. */
export function answerTokens({ usage, tokens }: Pick<RunView, 'usage' | 'tokens'>): {
  written: number
  choosing: number
} {
  const choosing = usage?.choosingTokens ?? 0
  return { written: Math.max(0, (usage?.completionTokens ?? tokens) - choosing), choosing }
}
