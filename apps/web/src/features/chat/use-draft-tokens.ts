'use client'
import { useDeferredValue } from 'react'
import { estimateTokens } from './estimate-tokens.ts'
import { type Draft, useDraftPart } from './use-draft.ts'

const readTokens = (draft: Draft) => estimateTokens(draft.text)

/** What is being written, in tokens: counted after the letter is on the screen. For a memoised child that shows it, so that letters wait for nothing. */
export function useDraftTokens(conversationId: string | null): number {
  return useDeferredValue(useDraftPart(conversationId, readTokens))
}
