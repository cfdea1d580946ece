import {
  type Attachment,
  type Conversation,
  emptyRunView,
  type Message,
  type SendResult,
  type Upload,
} from '@reynard/protocol'

/** A conversation with a question that the server has just taken, and its answer to come. */
export function withQuestion(
  chat: Conversation,
  sent: SendResult,
  parentId: string | null,
  { text, attachments }: { text: string; attachments?: Upload[] | undefined },
): Conversation {
  if (chat.messages.some((message) => message.id === sent.userMessageId))
    return withAnswer(chat, sent, sent.userMessageId)
  const question: Message = {
    id: sent.userMessageId,
    conversationId: chat.id,
    parentId,
    role: 'user',
    text: text.trim(),
    createdAt: Date.now(),
    ...(attachments && { attachments: attachments.map(asAttachment) }),
    runs: [],
  }
  return withAnswer({ ...chat, messages: [...chat.messages, question] }, sent, question.id)
}

/** As it will most likely be called: where the name is taken the server finds another one. */
export function asAttachment({ name, bytes, mediaType, kind }: Upload): Attachment {
  return { path: name, bytes, mediaType, kind }
}

/** The same with an answer to come, which is then on screen. */
export function withAnswer(chat: Conversation, { answerId, runId }: SendResult, parentId: string): Conversation {
  const now = Date.now()
  const answer: Message = {
    id: answerId,
    conversationId: chat.id,
    parentId,
    role: 'assistant',
    text: '',
    createdAt: now,
    runs: [emptyRunView(runId, now)],
  }
  const isKnown = chat.messages.some((message) => message.id === answerId)
  return {
    ...chat,
    activity: 'live',
    activeLeafId: answerId,
    messages: isKnown ? chat.messages : [...chat.messages, answer],
  }
}
