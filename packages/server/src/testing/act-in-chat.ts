import type { ReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { type ApprovalFacts, emptyRunView, type RunView, reduceRun } from '@reynard/protocol'
import { expect } from 'vitest'

/** A model that makes the call which a question names as `tool {input}`, and then says what came of it. */
export const callsWhatIsAsked: FakeScript = ({ messages, prompt }) => {
  const last = messages.at(-1)
  if (last?.role === 'tool') return last.content
  const [, name = '', given = '{}'] = /^(\w+) (.*)$/s.exec(prompt) ?? []
  return { toolCalls: [{ name, arguments: JSON.parse(given) }] }
}

/** Its model, as the server must find it. */
export const toolModel = { name: 'tools:1b', capabilities: ['completion' as const, 'tools' as const] }

export type Acted = {
  conversationId: string
  call: RunView['toolCalls'][number]
  /** What the person was asked; null: nothing. */
  asked: ApprovalFacts | null
}

type Act = {
  /** Null begins a chat. */
  conversationId: string | null
  tool: string
  input: object
  decision?: 'approved' | 'denied'
  scope?: 'once' | 'conversation'
  attachments?: string[]
}

/** Asks CodeWolf for one call, and answers what is asked about it (no unless told). */
export async function actInChat(client: ReynardClient, act: Act): Promise<Acted> {
  const { tool, input, decision = 'denied', scope = 'once', attachments } = act
  const path = act.conversationId === null ? null : await client.trpc.chat.byId.query({ id: act.conversationId })
  const { runId, conversationId } = await client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: act.conversationId,
    parentId: path === null || path.messages.length === 0 ? null : path.activeLeafId,
    text: `${tool} ${JSON.stringify(input)}`,
    settings: { assistant: 'codewolf' },
    ...(attachments !== undefined && { attachments }),
  })
  let view: RunView = emptyRunView(runId, 0)
  let asked: ApprovalFacts | null = null
  for await (const event of client.followRun(runId)) {
    if (event.type === 'rollback') throw new Error('rolled back')
    view = reduceRun(view, event)
    const waiting = view.toolCalls[0]
    if (view.phase !== 'approval' || asked !== null || !waiting?.approval) continue
    asked = waiting.approval.facts
    await client.trpc.chat.decide.mutate({ runId, callId: waiting.callId, decision, scope })
  }
  const call = view.toolCalls[0]
  if (call === undefined) throw new Error(`No call: ${JSON.stringify(view.error)}`)
  return { conversationId, call, asked }
}

/** A chat with CodeWolf whose files are this folder of the machine, once it is ready. */
export async function chatInFolder(client: ReynardClient, folder: string): Promise<string> {
  const { project: projects } = client.trpc.assistant
  const { id: folderId } = await projects.registerFolder.mutate({ path: folder })
  const source = { kind: 'folder' as const, folderId }
  const { conversationId } = await projects.bring.mutate({ conversationId: null, assistant: 'codewolf', source })
  await expect.poll(async () => (await projects.of.query({ conversationId }))?.state, { timeout: 20_000 }).toBe('ready')
  return conversationId
}
