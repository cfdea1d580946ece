import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createKeptPerChat } from './composer-storage.ts'

const make = (isShared = false) =>
  createKeptPerChat<string>({
    prefix: 'test.',
    empty: '',
    read: (stored) => (typeof stored === 'string' ? stored : ''),
    write: (value) => value,
    isShared,
  })

let stored: Map<string, string>
beforeEach(() => {
  stored = new Map()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('keeps a value per chat over a reload, and removes what is empty', () => {
  const before = make()
  before.set('a', 'one')
  before.set(null, 'new one')
  const after = make()
  expect([after.get('a'), after.get(null), after.get('b')]).toEqual(['one', 'new one', ''])
  after.set('a', '')
  expect([...stored.keys()]).toEqual(['test.new'])
})

test('tells its followers', () => {
  const kept = make()
  const listener = vi.fn()
  const stop = kept.subscribe(listener)
  kept.set('a', 'one')
  stop()
  kept.set('a', 'two')
  expect(listener).toHaveBeenCalledTimes(1)
})

test('holds for the page where storage is blocked', () => {
  vi.stubGlobal('localStorage', undefined)
  const kept = make()
  expect(kept.get('a')).toBe('')
  kept.set('a', 'one')
  expect(kept.get('a')).toBe('one')
})

test('a shared value follows other tabs', () => {
  const target = new EventTarget()
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target))
  vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target))
  const kept = make(true)
  const listener = vi.fn()
  const stop = kept.subscribe(listener)
  kept.set('a', 'one')
  stored.delete('test.a')
  target.dispatchEvent(Object.assign(new Event('storage'), { key: 'test.a' }))
  expect(kept.get('a')).toBe('')
  expect(listener).toHaveBeenCalledTimes(2)
  stop()
})
