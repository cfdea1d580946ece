import { emptyRunView, type NewRunEvent, type RunEvent, type RunView, reduceRunEvents } from '@reynard/protocol'
import { describe, expect, it } from 'vitest'
import { trailPieces } from './trail-pieces.ts'

const fold = (...events: NewRunEvent[]): RunView =>
  reduceRunEvents(
    emptyRunView('run', 0),
    events.map((event, index): RunEvent => ({ ...event, seq: index + 1, at: index })),
  )
const said = (text: string): NewRunEvent => ({ type: 'text-delta', text, tokens: 1 })
const thought = (text: string): NewRunEvent => ({ type: 'reasoning-delta', text, tokens: 1 })
const call = (callId: string, isOurs = true): NewRunEvent => ({
  type: 'tool-call',
  callId,
  name: 'read_file',
  arguments: {},
  run: isOurs ? { title: { running: '', done: '' }, group: null, effect: 'read', level: 'none' } : undefined,
})
const shown = (view: RunView) =>
  trailPieces(view).map((piece) => (piece.kind === 'call' ? piece.key : `${piece.key}: ${piece.text}`))

describe('trailPieces', () => {
  it('puts thoughts, text and calls in the order in which they came', () => {
    const view = fold(thought('Hm.'), said('Let me look.'), call('a'), thought('So.'), call('b'), said('Done.'))
    expect(shown(view)).toEqual([
      'reasoning-0: Hm.',
      'text-0: Let me look.',
      'a',
      'reasoning-1: So.',
      'b',
      'text-2: Done.',
    ])
    expect(trailPieces(view).map((piece) => piece.kind === 'reasoning' && piece.isFirst)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })

  it('keeps the keys of what is there while it grows', () => {
    const before = fold(said('Let me look.'))
    const after = fold(said('Let me look.'), call('a'), call('b'))
    expect(trailPieces(after)[0]?.key).toBe(trailPieces(before)[0]?.key)
  })

  it('shows no empty text between calls, and a place for the caret while it is written', () => {
    const calls = [call('a'), said('\n\n'), call('b')]
    expect(shown(fold(...calls))).toEqual(['a', 'b'])
    expect(shown(fold(...calls, said(' ')))).toEqual(['a', 'b', 'text-2:  '])
  })

  it('cuts nothing for a call that was handed to whoever asked', () => {
    expect(shown(fold(said('One'), call('a', false), said(' two')))).toEqual(['text-0: One two'])
  })
})
