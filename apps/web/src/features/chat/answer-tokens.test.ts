import { expect, it } from 'vitest'
import { chatMessages } from '../../lib/messages-chat.ts'
import { answerTokens } from './answer-tokens.ts'

it('tells what was written and what it cost to choose apart', () => {
  const { written, choosing } = answerTokens({ usage: { completionTokens: 60, choosingTokens: 30 }, tokens: 30 })
  expect(chatMessages.summary(written, choosing, null)).toBe('30 tokens, and 30 to choose')
  expect(answerTokens({ usage: { completionTokens: 60 }, tokens: 30 })).toEqual({ written: 60, choosing: 0 })
  expect(answerTokens({ usage: null, tokens: 5 })).toEqual({ written: 5, choosing: 0 })
  expect(chatMessages.summary(60, 0, 2_000)).toMatch(/^60 tokens, \d/)
})
