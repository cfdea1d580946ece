import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChatRequest, Engine, EngineTool } from '@reynard/engine'
import { createScriptedEngine, type Script, type ScriptStep } from '@reynard/engine/testing'
import { createSandbox, openWorkspace } from '@reynard/sandbox'
import { z } from 'zod'
import { noChats, noWeb } from '../../testing/no-reach.ts'
import { createTokenEstimator } from '../../token-estimator.ts'
import { type AnyTool, defineTool, type Tool } from '../../tools/tool.ts'
import type { ToolSession } from '../../tools/tool-session.ts'
import { runTurn } from '../run-turn.ts'
import {
  type CallDecision,
  defaultTurnLimits,
  type PendingCall,
  type TurnClock,
  type TurnHost,
  type TurnLimits,
  type TurnPart,
  type TurnRequest,
} from '../turn.ts'

const workspace = await openWorkspace(mkdtempSync(join(tmpdir(), 'reynard-turn-')), { bytes: 10_000, entries: 10 })
const sandbox = await createSandbox()

const noGit = () => Promise.reject(new Error('No tool of these tests asks for version control.'))

/** A conversation with an empty workspace. */
export const session: ToolSession = {
  ownerId: 'me',
  conversationId: 'c',
  workspace,
  kept: workspace,
  git: { repository: noGit, author: noGit, commit: noGit },
  folder: null,
  web: noWeb,
  chats: noChats,
  openSandbox: ({ levels, languages }) => sandbox.open({ owner: 'me', workspace: workspace.root, levels, languages }),
}

export const call = (name: string, given: Record<string, unknown> = {}, callId = 'same'): ScriptStep => ({
  type: 'tool-call',
  call: { callId, name, arguments: given },
})

const textInput = z.object({ text: z.string() })
/** A tool that gives back what it is given; its pieces can be replaced. */
export function echoTool(more: Partial<Tool<typeof textInput>> = {}): AnyTool {
  return defineTool({
    name: 'echo',
    group: 'search',
    effect: 'read',
    level: 'none',
    description: 'Says it again.',
    input: textInput,
    timeoutMs: 5_000,
    title: ({ text }) => ({ running: 'Saying', done: 'Said', detail: text }),
    execute: async ({ text }) => ({ content: `echo: ${text}`, display: { kind: 'text', text } }),
    ...more,
  })
}

/** Time that passes when the test says so. */
export function manualClock(): TurnClock & { pass(ms: number): void } {
  let now = 0
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    pass(ms) {
      now += ms
      for (const timer of [...timers]) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.run()
      }
    },
  }
}

export type TurnFixture = {
  /** One script for each call of the model; the last one answers all further ones. */
  steps?: Script[]
  tools?: AnyTool[]
  callerTools?: EngineTool[]
  request?: Partial<TurnRequest>
  host?: Partial<Omit<TurnHost, 'limits'>>
  limits?: Partial<TurnLimits>
  decide?: (call: PendingCall) => CallDecision
  signal?: AbortSignal
  /** Another engine than the scripted one; what it was asked is then for itself to say. */
  engine?: Engine
  /** Called with each part as it is taken. */
  onPart?: (part: TurnPart) => void
}

/** Runs a turn on a scripted engine and tells all that came of it. `ledger`: what was written down, in order. */
export async function takeTurn(fixture: TurnFixture) {
  const { steps = [['Done.']], tools = [echoTool()], signal = new AbortController().signal } = fixture
  let at = 0
  const scripted = createScriptedEngine({
    script: (request, options) => {
      // A turn without end would never give the test back its turn.
      if (at > 200) throw new Error('This turn does not end.')
      const script = steps[Math.min(at++, steps.length - 1)]!
      return typeof script === 'function' ? script(request, options) : script
    },
  })
  const ledger: string[] = []
  const parts: TurnPart[] = []
  const turn = runTurn({
    request: {
      model: 'scripted:1b',
      system: 'Be kind.',
      messages: [{ id: 'q', role: 'user', text: 'Do it.' }],
      mode: 'answer',
      parameters: {},
      windowTokens: 8_192,
      budgetTokens: null,
      assistantTools: tools,
      ...(fixture.callerTools !== undefined && { tools: fixture.callerTools }),
      ...fixture.request,
    },
    engine: fixture.engine ?? scripted,
    estimator: createTokenEstimator(),
    signal,
    host: {
      session,
      limits: { ...defaultTurnLimits, ...fixture.limits },
      beforeStep: async () => {},
      decide: async (pending) => fixture.decide?.(pending) ?? { allowed: true },
      ledger: {
        begin: async (pending) => {
          ledger.push(`begin ${pending.tool.name}`)
        },
        complete: async (_callId, outcome) => {
          ledger.push(outcome)
        },
      },
      ...fixture.host,
    },
  })
  for await (const part of turn) {
    parts.push(part)
    fixture.onPart?.(part)
  }
  const requests: ChatRequest[] = scripted.chats.map((chat) => chat.request)
  return { parts, ledger, requests, text: textOf(parts), failures: failuresOf(parts) }
}

function textOf(parts: TurnPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

function failuresOf(parts: TurnPart[]) {
  return parts.filter((part) => part.type === 'tool-error').map(({ failure, message }) => ({ failure, message }))
}

/** The results of calls among what a model was given to read. */
export function resultsRead(messages: { role: string; content: string }[]): string[] {
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
}
