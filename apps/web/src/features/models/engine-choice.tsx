'use client'
import type { EngineKind, EngineStatus, SystemStatus } from '@reynard/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RadioGroup } from 'radix-ui'
import { useId } from 'react'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { firstRunMessages } from '../../lib/messages-first-run.ts'

const text = firstRunMessages
const KINDS = ['embedded', 'ollama', 'openai'] as const satisfies EngineKind[]

type EngineChoiceProps = {
  status: SystemStatus
  value: EngineKind
  /** One looks at what an engine offers, and chooses none. */
  isTab: boolean
  onChange: (kind: EngineKind) => void
}

/** Three ways to a model, each with its state. An engine that does not answer can be chosen too: what it needs then stands below. */
export function EngineChoice({ status, value, isTab, onChange }: EngineChoiceProps) {
  return (
    <RadioGroup.Root
      aria-label={isTab ? text.source : text.engine}
      value={value}
      onValueChange={(next) => {
        const kind = KINDS.find((entry) => entry === next)
        if (kind) onChange(kind)
      }}
      className="grid gap-2.5 sm:grid-cols-3"
    >
      {KINDS.map((kind) => (
        <EngineCard
          key={kind}
          kind={kind}
          engine={status.engines.find((entry) => entry.kind === kind)}
          isChosen={kind === value}
          isTab={isTab}
        />
      ))}
    </RadioGroup.Root>
  )
}

type EngineCardProps = { kind: EngineKind; engine: EngineStatus | undefined; isChosen: boolean; isTab: boolean }
function EngineCard({ kind, engine, isChosen, isTab }: EngineCardProps) {
  const id = useId()
  return (
    <div
      data-edge=""
      className={`relative flex gap-2.5 rounded-card px-3.5 py-3 transition-colors duration-120 ${isChosen ? 'bg-raised inset-ring-[1.5px] inset-ring-ink' : 'inset-ring inset-ring-line-2 hover:bg-hover'}`}
    >
      {/* The whole card is the radio; what stands on it and can be pressed lies above. */}
      <RadioGroup.Item
        value={kind}
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-state`}
        className="absolute inset-0 cursor-pointer rounded-card"
      />
      {!isTab && (
        <span
          aria-hidden
          className={`mt-0.5 size-4 flex-none rounded-round ${isChosen ? 'inset-ring-[5px] inset-ring-ink' : 'inset-ring-[1.5px] inset-ring-line-control'}`}
        />
      )}
      <span className="min-w-0">
        <b id={`${id}-name`} className="block text-md font-mid">
          {text.engineName[kind]}
        </b>
        <span id={`${id}-state`} className="block text-sm [overflow-wrap:anywhere] text-ink-2">
          {conditionText(kind, engine)}
        </span>
        {kind === 'ollama' && engine?.condition === 'unreachable' && <TryAgain />}
      </span>
    </div>
  )
}

function conditionText(kind: EngineKind, engine: EngineStatus | undefined): string {
  if (kind === 'openai' && (!engine || engine.condition === 'off')) return text.otherServer
  if (!engine || engine.condition === 'off') return text.off
  if (kind === 'embedded' && engine.condition === 'ready') return text.engineReady
  if (kind === 'embedded' && engine.condition === 'no-model') return text.engineWantsModel
  if (engine.condition === 'ready') return text.answersAt(engine.label)
  return engine.condition === 'unreachable' ? text.noAnswer(addressIn(engine.label)) : text.condition[engine.condition]
}

/** "Ollama at localhost:11434" without the name that stands above it. */
const addressIn = (label: string) => label.replace(/^.*? at /, '')

function TryAgain() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const recheck = useMutation(
    trpc.admin.recheckEngines.mutationOptions({
      onSuccess: (status) => queryClient.setQueryData(trpc.chat.status.queryKey(), status),
    }),
  )
  return (
    <button
      type="button"
      aria-disabled={recheck.isPending}
      onClick={() => recheck.isPending || recheck.mutate()}
      className="relative rounded-chip text-sm underline underline-offset-2 hover:text-ink aria-disabled:opacity-50 touch:min-h-11"
    >
      {recheck.isPending ? text.asking : messages.common.tryAgain}
    </button>
  )
}
