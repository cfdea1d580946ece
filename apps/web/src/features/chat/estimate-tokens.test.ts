import { expect, test } from 'vitest'
import { contextUse, estimateTokens } from './estimate-tokens.ts'

const context = { budget: 32_768, used: 6100, system: 900, messages: 12, reserved: 6000, dropped: 0, calibrated: true }
const asked = { context, budget: null, reserved: 0, system: 0, tools: 0, draft: 0 }

test('counts about four characters per token and no blank edges', () => {
  expect(estimateTokens('')).toBe(0)
  expect(estimateTokens('   \n')).toBe(0)
  expect(estimateTokens('a'.repeat(401))).toBe(101)
})

test('shows what the last run reported', () => {
  expect(contextUse(asked)).toEqual({
    budget: 32_768,
    used: 6100,
    system: 900,
    tools: 0,
    conversation: 5200,
    draft: 0,
    reserved: 6000,
    dropped: 0,
    parts: context,
    isAbout: false,
    isTight: false,
  })
})

test('takes tools, memory, summary and files out of what the conversation is', () => {
  const parts = { tools: 400, memory: 100, summary: 340, files: 60 }
  expect(contextUse({ ...asked, context: { ...context, ...parts } })).toMatchObject({
    used: 6100,
    conversation: 4300,
    parts,
  })
})

test('counts what is being written, and then says about', () => {
  expect(contextUse({ ...asked, draft: 100 })).toMatchObject({ used: 6200, draft: 100, isAbout: true })
  expect(contextUse({ ...asked, context: { ...context, calibrated: false } })).toMatchObject({ isAbout: true })
})

test('warns from 85% of the room that the answer leaves', () => {
  const small = { ...context, budget: 2000, reserved: 1000, used: 849 }
  expect(contextUse({ ...asked, context: small })?.isTight).toBe(false)
  expect(contextUse({ ...asked, context: { ...small, used: 850 } })?.isTight).toBe(true)
  expect(contextUse({ ...asked, context: small, draft: 1 })?.isTight).toBe(true)
})

test('keeps warning while messages are left out', () => {
  expect(contextUse({ ...asked, context: { ...context, dropped: 4 } })).toMatchObject({ isTight: true, dropped: 4 })
})

test('estimates before the first run, with at most half of the window kept free', () => {
  const use = contextUse({ context: null, budget: 4096, reserved: 4000, system: 10, tools: 0, draft: 5 })
  expect(use).toMatchObject({
    budget: 4096,
    used: 15,
    system: 10,
    conversation: 0,
    draft: 5,
    reserved: 2048,
    isAbout: true,
  })
})

test('counts instructions and tools before the first run, the tools with at most a quarter of the window', () => {
  const before = { context: null, budget: 4096, reserved: 0, system: 300, draft: 0 }
  expect(contextUse({ ...before, tools: 800 })).toMatchObject({ used: 1100, system: 300, tools: 800, conversation: 0 })
  expect(contextUse({ ...before, tools: 9000 })).toMatchObject({ used: 1324, tools: 1024, conversation: 0 })
})

test('knows nothing without a window', () => {
  expect(contextUse({ ...asked, context: null })).toBeNull()
})
