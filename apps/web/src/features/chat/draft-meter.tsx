'use client'
import { memo, useDeferredValue } from 'react'
import { ContextMeter } from './context-meter.tsx'
import { estimateTokens, type RunContext } from './estimate-tokens.ts'
import { useComposerContext } from './use-composer-context.ts'
import { type Draft, useDraftPart } from './use-draft.ts'

type DraftMeterProps = { conversationId: string | null; context: RunContext | null }
const readTokens = (draft: Draft) => estimateTokens(draft.text)

/** The window with what is being written in it. Counts after the letter is on the screen. */
export function DraftMeter(props: DraftMeterProps) {
  return <Meter {...props} draftTokens={useDeferredValue(useDraftPart(props.conversationId, readTokens))} />
}

const Meter = memo(function Meter({ conversationId, context, draftTokens }: DraftMeterProps & { draftTokens: number }) {
  const use = useComposerContext(conversationId, context, draftTokens)
  return use && <ContextMeter use={use} />
})
