import type { ScriptStep } from '@reynard/engine/testing'
import { emptyRunView, type NewRunEvent, type RunEvent, reduceRunEvents } from '@reynard/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { answerSteps } from './answer-steps.ts'
import { call, echoTool, takeTurn } from './testing/turn-fixture.ts'
import type { CallDecision, TurnPart } from './turn.ts'

const tools = () => [
  echoTool(),
  echoTool({ name: 'change', effect: 'write' }),
  echoTool({ name: 'fail', effect: 'execute', execute: () => Promise.reject(new Error('No.')) }),
]
const written = JSON.stringify({ name: 'change', arguments: { text: 'w' } })
const steps: ScriptStep[] = [
  'Some text. ',
  '',
  call('echo', { text: 'a' }),
  call('echo', { text: 'b' }),
  call('change', { text: 'c' }),
  call('fail', { text: 'd' }),
  call('echo', { wrong: 1 }),
  call('nothing', {}),
  `<tool_call>${written}</tool_call>`,
  written,
  '{"action":"answer"}',
  '<tool_call>{"name": "echo", "arg',
  { type: 'reasoning', text: 'Hm. ' },
  { type: 'end', reason: 'length', usage: { completionTokens: 3 } },
  { type: 'end', reason: 'stop', usage: { promptTokens: 9, completionTokens: 7 } },
  { type: 'error', code: 'engine-failed', message: 'could not read', unreadableCall: true },
  { type: 'error', code: 'engine-busy', message: 'busy' },
]
const script = fc.array(fc.constantFrom(...steps), { maxLength: 6 })
const decisions: CallDecision[] = [
  { allowed: true },
  { allowed: true },
  { allowed: false, failure: 'denied', message: 'No.' },
]

it('whatever a model does, a turn is bounded, each call has one end, and the turn has one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(script, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('native' as const, 'constrained' as const),
      fc.array(fc.constantFrom(...decisions), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 5 }),
      async (scripts, toolMode, answers, most) => {
        let asked = 0
        const { parts, requests, ledger } = await takeTurn({
          tools: tools(),
          steps: scripts,
          request: { toolMode },
          limits: { steps: most, calls: 6 },
          decide: () => answers[asked++ % answers.length]!,
        })
        expect(parts.filter(({ type }) => type === 'end' || type === 'error')).toEqual([parts.at(-1)])
        // Each step is two requests at most; besides: one repair, one reminder, the last answer.
        expect(requests.length).toBeLessThanOrEqual(2 * (most + 4))
        for (const { callId } of parts.filter((part) => part.type === 'tool-call')) {
          const own = parts.filter((part) => 'callId' in part && part.callId === callId).map(({ type }) => type)
          expect(own.join(' ')).toMatch(/^tool-call (tool-start (tool-result|tool-error)|tool-error)$/)
        }
        expect(parts.filter(({ type }) => type === 'tool-start').length).toBeLessThanOrEqual(6)
        expect(ledger.join(' ')).toMatch(/^((begin change done|begin fail failed) ?)*$/)
        expect(ended(parts)).toBe(true)
      },
    ),
    { numRuns: 300 },
  )
})

/** Whether the log of the turn, folded, leaves no call without a result that a next turn could trip over. */
function ended(parts: TurnPart[]): boolean {
  const events = parts.flatMap((part): NewRunEvent[] => {
    switch (part.type) {
      case 'text':
        return [{ type: 'text-delta', text: part.text, tokens: part.tokens ?? 1 }]
      case 'reasoning':
        return [{ type: 'reasoning-delta', text: part.text, tokens: part.tokens ?? 1 }]
      case 'waiting':
      case 'end':
      case 'error':
        return []
      default:
        return [part]
    }
  })
  const view = reduceRunEvents(
    emptyRunView('r', 0),
    events.map((event, i) => ({ ...event, seq: i + 1, at: i + 1 }) as RunEvent),
  )
  const calls = answerSteps(view).flatMap((step) => step.calls)
  const text = answerSteps(view)
    .map((step) => step.text)
    .join('')
  return calls.length === view.toolCalls.length && (calls.length === 0 || bare(text) === bare(view.text))
}

/** Between steps stands a blank line that no model wrote. */
const bare = (text: string) => text.replaceAll('\n\n', '')
