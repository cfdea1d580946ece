'use client'
import { memo } from 'react'
import { ContextMeter } from './context-meter.tsx'
import type { RunContext } from './estimate-tokens.ts'
import { useComposerContext } from './use-composer-context.ts'
import { useDraftTokens } from './use-draft-tokens.ts'

type DraftMeterProps = { conversationId: string | null; context: RunContext | null }

/** The window with what is being written in it. Counts after the letter is on the screen. */
export function DraftMeter(props: DraftMeterProps) {
  return <Meter {...props} draftTokens={useDraftTokens(props.conversationId)} />
}

const Meter = memo(function Meter({ conversationId, context, draftTokens }: DraftMeterProps & { draftTokens: number }) {
  const use = useComposerContext(conversationId, context, draftTokens)
  return use && <ContextMeter use={use} />
})
