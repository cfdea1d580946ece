import { cleanLine } from '@reynard/protocol'
import { z } from 'zod'
import { defineTool } from '../tool.ts'
import type { ToolSession } from '../tool-session.ts'

const input = z.object({
  fact: z
    .string()
    .min(1)
    .max(280)
    .describe('The fact in one short sentence that is understood without this conversation, e.g. "Lives in Lyon."'),
  quote: z
    .string()
    .min(1)
    .max(500)
    .describe("The person's own words that say so, copied exactly from one of their messages in this conversation."),
})

const notSaid =
  'These words stand in none of the messages that the person wrote in this conversation. Only what the person said themselves can be remembered: copy the quote exactly, or do not remember this.'

/** Proposes a fact to be remembered across conversations. A person accepts each one; what only a tool or the model said is refused. */
export const remember = defineTool({
  name: 'remember',
  group: 'memory',
  effect: 'write',
  level: 'none',
  approval: 'always',
  needs: ['memory'],
  description:
    'Propose to remember a lasting fact about the person for later conversations, when they ask for it or say something of lasting use. They are asked each time.',
  input,
  timeoutMs: 10_000,
  title: ({ fact }) => ({
    running: 'Remembering',
    done: 'Remembered',
    detail: cleanLine(fact),
  }),
  async refuses({ fact, quote }, session) {
    if (session.memory === undefined) return 'Memory is switched off here. Answer without it.'
    if (cleanLine(fact) === '') return 'The fact says nothing.'
    return (await session.memory.findQuote(quote)) === null ? notSaid : null
  },
  facts: async ({ fact, quote }) => ({
    wants: `remember “${cleanLine(fact)}”`,
    reason: null,
    writes: [],
    notes: [
      'Kept with the words that you wrote, and given to the model in your other chats where it helps',
      'Settings, Memory shows it: change or delete it there at any time',
    ],
    hosts: [],
    restorable: null,
    preview: { kind: 'text', text: `${cleanLine(fact)}\n\nYou wrote: “${cleanLine(quote)}”` },
  }),
  async execute({ fact, quote }, { session }) {
    const { memory, messageId } = await sourceOf(session, quote)
    const text = cleanLine(fact)
    const kept = await memory.keep({ text, quote: cleanLine(quote), messageId })
    return {
      content: kept === 'known' ? 'It was remembered already.' : 'Remembered.',
      display: { kind: 'text', text },
    }
  },
})

async function sourceOf({ memory }: ToolSession, quote: string) {
  if (memory === undefined) throw new Error('Memory is switched off here. Answer without it.')
  const messageId = await memory.findQuote(quote)
  if (messageId === null) throw new Error(notSaid)
  return { memory, messageId }
}
