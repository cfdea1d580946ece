import { appendFileSync } from 'node:fs'
import { defineTool } from '@reynard/agent'
import type { Script } from '@reynard/engine/testing'
import { z } from 'zod'
import type { AssistantKit } from '../assistants/assistant-kit.ts'

type Options = {
  beforeCount?(): Promise<void>
  /** Called when the effect has happened; what it gives back is waited for. */
  onCount?(amount: number): Promise<void> | void
  /** A file that gets a line for each effect, so that it can be counted from outside of a process that was killed. */
  countFile?: string
}

/** An assistant with two tools whose effects can be counted: one that only reads, one that writes. */
export function createTestKit({ beforeCount, onCount, countFile }: Options = {}) {
  const counted: number[] = []
  const peek = defineTool({
    name: 'peek',
    group: 'search',
    effect: 'read',
    level: 'none',
    description: 'Says what was counted so far.',
    input: z.object({}),
    timeoutMs: 5_000,
    title: () => ({ running: 'Looking', done: 'Looked' }),
    execute: async () => ({ content: `${counted.length}`, display: { kind: 'text', text: `${counted.length}` } }),
  })
  const count = defineTool({
    name: 'count',
    group: 'file_ops',
    effect: 'write',
    level: 'none',
    description: 'Counts up by an amount.',
    input: z.object({ amount: z.number().int() }),
    timeoutMs: 60_000,
    title: ({ amount }) => ({ running: 'Counting', done: 'Counted', detail: String(amount) }),
    facts: async ({ amount }) => ({
      wants: `count up by ${amount}`,
      reason: null,
      writes: ['counter'],
      hosts: [],
      restorable: false,
      preview: { kind: 'text', text: `+ ${amount}` },
    }),
    async execute({ amount }) {
      await beforeCount?.()
      counted.push(amount)
      if (countFile !== undefined) appendFileSync(countFile, `${amount}\n`)
      await onCount?.(amount)
      return { content: `Now ${counted.length}.`, display: { kind: 'text', text: `Now ${counted.length}.` } }
    },
  })
  const kit: AssistantKit = {
    assistants: [
      {
        id: 'tester',
        name: 'Tester',
        description: 'Counts.',
        avatar: 'fox',
        version: 1,
        systemPrompt: 'You count.',
        tools: ['peek', 'count'],
      },
    ],
    tools: [peek, count],
  }
  return { kit, counted }
}

/** A model that counts by 1 when it is asked something, and then says what came of it. */
export const countingScript = (({ messages }) => {
  const last = messages.at(-1)
  if (last?.role === 'tool') return [`It said: ${last.content.split('\n')[1]}`]
  return ['I count. ', { type: 'tool-call', call: { callId: 'x', name: 'count', arguments: { amount: 1 } } }]
}) satisfies Script
