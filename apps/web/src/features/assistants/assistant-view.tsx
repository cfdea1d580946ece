'use client'
import type { Assistant, ToolInfo } from '@reynard/protocol'
import { Copy } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { AssistantMark } from './assistant-mark.tsx'
import { firstSentence } from './first-sentence.ts'
import { useTransferAssistants } from './use-transfer-assistants.ts'

const text = assistantPageMessages

/** An assistant that came with Reynard: all that makes it, to be read and to be copied. */
export function AssistantView({ assistant, tools }: { assistant: Assistant; tools: ToolInfo[] }) {
  const { id, letter, name, description, definition, version } = assistant
  const { duplicate } = useTransferAssistants()
  return (
    <div className="mx-auto grid w-full max-w-[760px] grid-cols-1 gap-6 pt-5 pb-24">
      <div className="flex items-start gap-4">
        <AssistantMark id={id} letter={letter} size={32} />
        <div className="min-w-0 flex-1 text-sm">
          <p className="text-md [overflow-wrap:anywhere]">{description}</p>
          <p className="mt-1 text-ink-2">{text.readOnly}</p>
          {version !== null && <p className="mt-1 text-xs text-ink-3">{text.version(version)}</p>}
        </div>
        <Button look="ink" onClick={() => void duplicate(assistant)} aria-label={`${text.duplicate} ${name}`}>
          <Copy size={14} strokeWidth={1.75} aria-hidden />
          {text.duplicate}
        </Button>
      </div>
      <section aria-labelledby="instructions">
        <h2 id="instructions" className="mb-2 text-md font-mid">
          {text.instructions}
        </h2>
        <p className="rounded-card bg-well px-4 py-3 text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
          {definition.instructions || text.noInstructions}
        </p>
      </section>
      <section aria-labelledby="tools">
        <h2 id="tools" className="mb-2 text-md font-mid">
          {text.tools}
        </h2>
        <ul>
          {assistant.tools.map((tool) => {
            const known = tools.find((each) => each.name === tool)
            return (
              <li key={tool} className="border-t border-line py-2.5 text-sm">
                <code className="font-mono">{tool}</code>
                {known && <p className="text-ink-2">{firstSentence(known.description)}</p>}
                {known?.unavailable && <p className="text-warning">{known.unavailable}</p>}
              </li>
            )
          })}
        </ul>
      </section>
    </div>
  )
}
