import type { Upload } from '@reynard/protocol'
import { useSyncExternalStore } from 'react'
import { readUploads } from '../attachments/draft-files.ts'
import { createKeptPerChat } from './composer-storage.ts'
import { makeRequestKey } from './request-key.ts'
import type { SendFailure } from './send-failure.ts'

/** A text, the files that go with it, and the key that they go to the server under. */
export type KeyedText = { text: string; key: string; attachments?: Upload[] }

/**
 * What is being written. `attempt` is the text that was handed to the server and not accepted yet, with its request key: sent again
 * unchanged it goes under the same key, so that a lost answer never asks twice.
 */
export type Draft = {
  text: string
  attempt: KeyedText | null
  isSending: boolean
  failure: SendFailure | null
}

export const EMPTY_DRAFT: Draft = { text: '', attempt: null, isSending: false, failure: null }

/** Two texts as one message: a blank line between them. */
export const joined = (first: string, second: string) => (second.trim() === '' ? first : `${first}\n\n${second}`)

const idsOf = (attachments: Upload[] = []) => attachments.map(({ id }) => id).join()

/** The text leaves the field; the next one can be written meanwhile. */
export function beginAttempt(
  draft: Draft,
  text: string,
  newKey: () => string,
  attachments: Upload[] = [],
): Draft & { attempt: KeyedText } {
  const { attempt: before } = draft
  const isSame = before?.text === text && idsOf(before.attachments) === idsOf(attachments)
  const attempt = isSame ? before : { text, key: newKey(), ...(attachments.length > 0 && { attachments }) }
  return { text: '', attempt, isSending: true, failure: null }
}

/** The server has it: only what was written since is left. */
export function acceptAttempt(draft: Draft): Draft {
  return draft.text === '' ? EMPTY_DRAFT : { ...EMPTY_DRAFT, text: draft.text }
}

/** Back in the field, before what was written since. */
export function refuseAttempt(draft: Draft, failure: SendFailure): Draft {
  return { ...draft, text: joined(draft.attempt?.text ?? '', draft.text), isSending: false, failure }
}

/** A queued text comes back to be edited, before what was written since. Unchanged it keeps its key. */
export function takeBack(draft: Draft, queued: KeyedText): Draft {
  return { ...draft, text: joined(queued.text, draft.text), attempt: queued }
}

/** What a reload would bring back: a text on its way counts as unsent until the server said otherwise. */
export function storedDraft({ text, attempt, isSending }: Draft): unknown {
  const whole = isSending && attempt ? joined(attempt.text, text) : text
  return whole === '' ? null : { text: whole, attempt }
}

export function readDraft(stored: unknown): Draft {
  if (!(stored instanceof Object) || !('text' in stored) || typeof stored.text !== 'string') return EMPTY_DRAFT
  const attempt = 'attempt' in stored ? readKeyedText(stored.attempt) : null
  return { ...EMPTY_DRAFT, text: stored.text, attempt }
}

/** A text with its request key, as an earlier page stored it; null for anything else. */
export function readKeyedText(stored: unknown): KeyedText | null {
  if (!(stored instanceof Object) || !('text' in stored) || !('key' in stored)) return null
  const { text, key } = stored
  if (typeof text !== 'string' || typeof key !== 'string' || text === '' || key.length < 8) return null
  const attachments = 'attachments' in stored ? readUploads(stored.attachments) : []
  return { text, key, ...(attachments.length > 0 && { attachments }) }
}

// Two tabs may write two different things, so a draft is not followed across them.
const drafts = createKeptPerChat<Draft>({
  prefix: 'reynard.draft.',
  empty: EMPTY_DRAFT,
  read: readDraft,
  write: storedDraft,
  isShared: false,
})

/** Calls back at each change of any draft. @returns how to stop */
export const followDrafts = drafts.subscribe

/** What of the chat's draft `read` picks out, followed. Who shows less than the text is not rendered for each key. `read` keeps its identity. */
export function useDraftPart<Part>(chat: string | null, read: (draft: Draft) => Part): Part {
  return useSyncExternalStore(
    drafts.subscribe,
    () => read(drafts.get(chat)),
    () => read(EMPTY_DRAFT),
  )
}

/** The chat's draft and what can happen to it. Every change names its chat: an answer of the server may come after the person moved on. */
export function draftOf(chat: string | null) {
  return {
    text: () => drafts.get(chat).text,
    write: (text: string) => drafts.set(chat, { ...drafts.get(chat), text }),
    begin: (text: string, attachments: Upload[]) => {
      const next = beginAttempt(drafts.get(chat), text, makeRequestKey, attachments)
      drafts.set(chat, next)
      return next.attempt
    },
    takeBack: (queued: KeyedText) => drafts.set(chat, takeBack(drafts.get(chat), queued)),
    end: (failure: SendFailure | null) => {
      const draft = drafts.get(chat)
      drafts.set(chat, failure ? refuseAttempt(draft, failure) : acceptAttempt(draft))
    },
  }
}
