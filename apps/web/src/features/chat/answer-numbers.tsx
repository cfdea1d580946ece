import type { RunView } from '@reynard/protocol'
import { formatDuration } from '../../lib/format.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { answerTokens } from './answer-tokens.ts'

const text = chatMessages.detail

/** How an answer came about: engine, model, parameters, tokens, times. */
export function AnswerNumbers({ id, runs }: { id: string; runs: RunView[] }) {
  const run = runs.at(-1)
  if (!run) return null
  const { usage, parameters } = run
  const rows: [string, string | null][] = [
    [text.engine, run.engine && chatMessages.engineName[run.engine]],
    [text.model, run.model],
    [text.asked, run.requestedModel],
    [text.prompt, usage?.promptTokens === undefined ? null : text.tokens(usage.promptTokens)],
    [text.completion, usage?.completionTokens === undefined ? null : text.tokens(answerTokens(run).written)],
    [text.choosing, usage?.choosingTokens === undefined ? null : text.tokens(usage.choosingTokens)],
    [text.speed, speedOf(run)],
    [text.first, run.firstTokenAt && run.startedAt ? formatDuration(run.firstTokenAt - run.startedAt) : null],
    [text.load, usage?.loadMs && usage.loadMs >= 1 ? formatDuration(usage.loadMs) : null],
    [text.temperature, parameters.temperature === undefined ? null : String(parameters.temperature)],
    [text.tools, run.toolMode && text.toolMode[run.toolMode]],
    [text.window, parameters.contextTokens === undefined ? null : text.tokens(parameters.contextTokens)],
  ]
  return (
    // Plain text: in a menu nothing but its items may have a role. It is the menu's description.
    <div id={id} className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-0.5 px-2 py-1.5 text-xs">
      {rows.map(
        ([label, value]) =>
          value !== null && (
            <div key={label} className="contents">
              <span className="text-ink-3">{label} </span>
              <span className="text-right text-ink-2">{value}</span>
            </div>
          ),
      )}
    </div>
  )
}

function speedOf({ usage, firstTokenAt, endedAt, tokens }: RunView): string | null {
  const ms = usage?.completionMs ?? (firstTokenAt && endedAt ? endedAt - firstTokenAt : 0)
  const count = usage?.completionTokens ?? tokens
  return ms > 0 && count > 1 ? chatMessages.speed((count * 1000) / ms) : null
}
