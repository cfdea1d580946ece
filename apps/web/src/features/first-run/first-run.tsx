'use client'
import type { SystemStatus } from '@reynard/protocol'
import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import { Button } from '../../components/button.tsx'
import { firstRunMessages } from '../../lib/messages-first-run.ts'
import { useRole } from '../accounts/use-role.ts'
import { Composer } from '../chat/composer.tsx'
import { GetModels } from '../models/get-models.tsx'
import { isComing, isModelUnderway, isMoving, isOllamaEmpty } from '../models/model-facts.ts'
import { SetupSteps } from './setup-steps.tsx'

const text = firstRunMessages

/** What engine, what model, and a field to write in meanwhile: the question is sent when the model is there. */
export function FirstRun({ status }: { status: SystemStatus }) {
  const isReady = status.defaultModel !== null && status.active !== null
  const { memoryBytes, cores, gpu } = status.machine
  // What an engine said stands on its card; here stands what was tried beside that.
  const steps = status.setup.filter((step) => !status.engines.some((engine) => engine.label === step.step))
  const isEmpty = isOllamaEmpty(status)
  const { isAdmin } = useRole()
  const hasNothing =
    !isReady && !isEmpty && status.downloads.length === 0 && steps.every((step) => step.state !== 'running')
  return (
    <div className="w-full max-w-[760px]">
      <h1 className="text-h1 font-strong tracking-h1">{isReady ? text.titleReady : titleOf(status)}</h1>
      <p className="mt-1.5 text-lg text-ink-2">
        {isReady
          ? text.ready(status.defaultModelLabel ?? '')
          : `${text.machine(memoryBytes, cores, gpu)} ${text.later}`}
      </p>
      {hasNothing && <p className="mt-3 text-md text-ink-2">{text.noEngine}</p>}
      <div className="mt-4">
        <SetupSteps steps={steps} label={text.searching} />
      </div>
      {isAdmin && (
        <div className="mt-[22px]">
          <GetModels decides status={status} look="ink" first={isEmpty ? 'ollama' : undefined} />
        </div>
      )}
      <div className="sticky bottom-0 -mx-3.5 mt-4 bg-canvas px-3.5 pt-2 pb-4 before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-6 before:bg-linear-to-t before:from-canvas before:to-transparent max-sm:static max-sm:before:hidden">
        {isReady ? (
          <Button look="ink" asChild>
            <Link href="/">
              {text.startChatting}
              <ArrowRight size={16} strokeWidth={1.75} aria-hidden />
            </Link>
          </Button>
        ) : (
          <Composer conversationId={null} />
        )}
      </div>
    </div>
  )
}

/** Nothing has to be chosen where a model comes by itself. */
function titleOf(status: SystemStatus): string {
  const isFetched =
    status.downloads.some((download) => isComing(download) && isMoving(download)) ||
    status.setup.some(({ step, state }) => step === 'Python package' && state === 'running')
  if (isFetched) return text.titleComing
  return isModelUnderway(status) ? text.titleSearching : text.title
}
