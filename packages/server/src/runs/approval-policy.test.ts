import { describe, expect, it } from 'vitest'
import { operatorRule } from '../assistants/tool-rules.ts'
import { createTestKit } from '../testing/test-kit.ts'
import { type AskedBy, asks, checkedFacts, isAskedEachTime } from './approval-policy.ts'

const reads: AskedBy['tool'] = { effect: 'read', level: 'none' }
const writes: AskedBy['tool'] = { effect: 'write', level: 'none' }
const plain: AskedBy = {
  tool: writes,
  operator: null,
  own: null,
  repeatsInterrupted: false,
  allowedInChat: false,
  assistantAsks: false,
  readsOnly: false,
  readsSecret: false,
  inFolder: false,
  changesOwnFiles: false,
}
/** Everything by which a person can make a call go. */
const loosened = { allowedInChat: true, own: 'allow', changesOwnFiles: true, readsOnly: true } as const

describe('who is asked', () => {
  it.each<[string, Partial<AskedBy>, boolean]>([
    ['what reads goes', { tool: reads }, false],
    ['what changes files is asked about', {}, true],
    ['what changes the assistant’s own goes', { changesOwnFiles: true }, false],
    ['code behind a wall goes', { tool: { effect: 'execute', level: 'L3' } }, false],
    ['what leaves this machine is asked about', { tool: { effect: 'network', level: 'none' } }, true],
    ['what a person allowed in all chats goes', { own: 'allow' }, false],
    ['but not in a folder of this machine', { own: 'allow', inFolder: true }, true],
    ['nor where the assistant is to ask', { own: 'allow', assistantAsks: true }, true],
    ['what a person wants to be asked about is', { tool: reads, own: 'ask' }, true],
    ['until they allow it for a chat', { own: 'ask', assistantAsks: true, allowedInChat: true }, false],
    [
      'a secret that could leave the machine is never read unasked',
      { ...loosened, tool: reads, readsSecret: true },
      true,
    ],
    ['an effect that may have happened is never repeated unasked', { ...loosened, repeatsInterrupted: true }, true],
  ])('%s', (_what, over, asked) => expect(asks({ ...plain, ...over })).toBe(asked))

  it.each<[string, Partial<AskedBy>]>([
    ['the operator', { operator: 'ask' }],
    ['the tool itself', { tool: { ...reads, approval: 'always' } }],
  ])('nothing that a person says loosens what %s demands, and a yes reaches no further than the call', (_who, over) => {
    for (const tool of [reads, writes]) {
      const by = { ...plain, tool, ...loosened, ...over }
      expect([asks(by), isAskedEachTime(by)]).toEqual([true, true])
    }
  })
})

it('takes the stricter one of what an operator says of a tool and of its effect', () => {
  const tool = { name: 'fetch_page', effect: 'network' as const }
  const rule = (effect: 'ask' | 'off' | null, name: 'ask' | 'off' | null) =>
    operatorRule({ effects: effect ? { network: effect } : {}, tools: name ? { fetch_page: name } : {} }, tool)
  expect([rule(null, null), rule('ask', null), rule(null, 'off'), rule('ask', 'off'), rule('off', 'ask')]).toEqual([
    null,
    'ask',
    'off',
    'off',
    'off',
  ])
  expect(operatorRule({ effects: { write: 'off' }, tools: { other: 'off' } }, tool)).toBeNull()
})

describe('what a person is shown', () => {
  const call = {
    callId: 'call_1',
    tool: { ...createTestKit().kit.tools[0]!, name: 'apply_changes' },
    input: { copy: '0a1b2c3d' },
  }
  const files = [{ path: `deep/${'x'.repeat(400)}.py`, oldPath: null, change: 'added' as const, patch: '+import os' }]
  const facts = {
    wants: `change ${files[0]?.path}`,
    reason: `In /${'y'.repeat(2_000)} on this machine.`,
    writes: files.map(({ path }) => path),
    hosts: [],
    restorable: null,
    preview: { kind: 'diffs' as const, files, omitted: 0 },
  }

  it('is the change, however long a name a program gave it', () => {
    const shown = checkedFacts(facts, call)
    expect(shown).toMatchObject({ preview: facts.preview, writes: facts.writes })
    expect([shown.wants.length, shown.reason?.length]).toEqual([300, 1_000])
  })
})
