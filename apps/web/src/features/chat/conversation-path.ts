import type { Conversation, ConversationSummaryText, Message } from '@reynard/protocol'

/** A message as it stands on screen, with the versions beside it. */
export type Turn = {
  message: Message
  index: number
  siblings: string[]
  /** What the model reads instead of the messages from the first one to this one. */
  summary?: ConversationSummaryText
}

type Tree = Pick<Conversation, 'messages' | 'activeLeafId' | 'summaries'>
const NOTHING: ReadonlySet<string> = new Set()

/** The messages on screen: from the active leaf up to the root. What is `hidden` (about to be deleted) goes with everything under it. */
export function conversationPath(tree: Tree, hidden: ReadonlySet<string> = NOTHING): Turn[] {
  const turns = pathOf(tree, hidden)
  const at = turns.findLastIndex(
    ({ message }, i) => i < turns.length - 1 && tree.summaries?.some(({ messageId }) => messageId === message.id),
  )
  const turn = turns[at]
  const summary = tree.summaries?.findLast(({ messageId }) => messageId === turn?.message.id)
  if (turn && summary) turns[at] = { ...turn, summary }
  return turns
}

function pathOf({ messages, activeLeafId }: Tree, hidden: ReadonlySet<string>): Turn[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const children = childrenOf(messages, hidden)
  const upwards: Message[] = []
  for (let at = byId.get(activeLeafId ?? '') ?? messages.at(-1); at; at = byId.get(at.parentId ?? '')) upwards.push(at)

  const turns: Turn[] = []
  for (const message of upwards.toReversed()) {
    const siblings = children.get(message.parentId) ?? []
    const index = siblings.indexOf(message)
    if (index < 0) {
      // The branch on screen goes away: the newest one beside it takes its place.
      const beside = siblings.at(-1)
      return beside ? [...turns, ...descend(beside, children)] : turns
    }
    turns.push({ message, index, siblings: siblings.map(({ id }) => id) })
  }
  return turns
}

/** The leaf that is reached from a message by always taking the newest version. */
export function newestLeaf(messages: Message[], id: string): string {
  const children = childrenOf(messages, NOTHING)
  let leaf = id
  for (let next = children.get(leaf)?.at(-1); next; next = children.get(leaf)?.at(-1)) leaf = next.id
  return leaf
}

/** The model of the answer that stood before this one: its older version, else the answer before its question. Null where there is none. */
export function modelBefore(messages: Message[], answerId: string): string | null {
  const answer = messages.find((message) => message.id === answerId)
  const siblings = messages.filter((message) => message.parentId === answer?.parentId)
  const older = answer && siblings[siblings.indexOf(answer) - 1]
  const question = messages.find((message) => message.id === answer?.parentId)
  const before = older ?? messages.find((message) => message.id === question?.parentId)
  return before?.runs.findLast((run) => run.model !== null)?.model ?? null
}

/** The run that is being answered on this path, with the answer that it writes; null when nothing lives. */
export function liveRun(turns: Turn[]): { message: Message; run: Message['runs'][number] } | null {
  const message = turns.at(-1)?.message
  const run = message?.runs.at(-1)
  return message && run && run.phase !== 'ended' ? { message, run } : null
}

/** The runs that write under a message, itself included, on whatever path. */
export function liveRunsUnder(messages: Message[], id: string): string[] {
  const children = childrenOf(messages, NOTHING)
  const found: string[] = []
  const left = messages.filter((message) => message.id === id)
  for (let at = left.pop(); at; at = left.pop()) {
    for (const run of at.runs) if (run.phase !== 'ended') found.push(run.runId)
    left.push(...(children.get(at.id) ?? []))
  }
  return found
}

function childrenOf(messages: Message[], hidden: ReadonlySet<string>): Map<string | null, Message[]> {
  const children = new Map<string | null, Message[]>()
  for (const message of messages) {
    if (hidden.has(message.id)) continue
    const siblings = children.get(message.parentId)
    if (siblings) siblings.push(message)
    else children.set(message.parentId, [message])
  }
  return children
}

function descend(from: Message, children: Map<string | null, Message[]>): Turn[] {
  const turns: Turn[] = []
  for (let at: Message | undefined = from; at; at = children.get(at.id)?.at(-1)) {
    const siblings = children.get(at.parentId) ?? []
    turns.push({ message: at, index: siblings.indexOf(at), siblings: siblings.map(({ id }) => id) })
  }
  return turns
}
