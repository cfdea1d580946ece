import { emptyRunView, type Message, type RunView } from '@reynard/protocol'
import { expect, it } from 'vitest'
import { conversationPath, liveRunsUnder, modelBefore, newestLeaf } from './conversation-path.ts'

const message = (id: string, parentId: string | null): Message => ({
  id,
  parentId,
  conversationId: 'c',
  role: id.startsWith('q') ? 'user' : 'assistant',
  text: id,
  createdAt: 0,
  runs: [],
})
const messages = [
  message('q1', null),
  message('a1', 'q1'),
  message('a2', 'q1'),
  message('q2', 'a1'),
  message('a3', 'q2'),
  message('q1b', null),
]
const ids = (activeLeafId: string | null, hidden: string[] = []) =>
  conversationPath({ messages, activeLeafId }, new Set(hidden)).map((turn) => turn.message.id)

it('runs from the active leaf up to the root', () => {
  expect(ids('a3')).toEqual(['q1', 'a1', 'q2', 'a3'])
  expect(ids('a2')).toEqual(['q1', 'a2'])
  expect(ids(null)).toEqual(['q1b'])
})
it('knows the versions beside each message', () => {
  const [, answer] = conversationPath({ messages, activeLeafId: 'a3' })
  expect(answer).toMatchObject({ index: 0, siblings: ['a1', 'a2'] })
})
it('shows the newest version beside a branch that goes away, or what stands above it', () => {
  expect(ids('a3', ['a1'])).toEqual(['q1', 'a2'])
  expect(ids('a3', ['q2'])).toEqual(['q1', 'a1'])
  expect(ids('a3', ['q1'])).toEqual(['q1b'])
  expect(ids('a3', ['q1', 'q1b'])).toEqual([])
})
it('finds the newest leaf under a message', () => {
  expect(newestLeaf(messages, 'a1')).toBe('a3')
  expect(newestLeaf(messages, 'a2')).toBe('a2')
})
it('knows the model that answered before: an older version, else the answer before the question', () => {
  const by = (id: string, parentId: string | null, model: string) => ({
    ...message(id, parentId),
    runs: [{ ...emptyRunView('r', 0), model }],
  })
  const answered = [
    message('q1', null),
    by('a1', 'q1', 'first'),
    by('a2', 'q1', 'second'),
    message('q2', 'a2'),
    by('a3', 'q2', 'third'),
  ]
  expect(modelBefore(answered, 'a1')).toBeNull()
  expect(modelBefore(answered, 'a2')).toBe('first')
  expect(modelBefore(answered, 'a3')).toBe('second')
})
it('finds the runs that still write under a message, on any path', () => {
  const run = (runId: string, phase: RunView['phase']) => ({ ...emptyRunView(runId, 0), phase })
  const busy = messages.map((each) =>
    each.id === 'a3'
      ? { ...each, runs: [run('first', 'ended'), run('more', 'streaming')] }
      : each.id === 'a2'
        ? { ...each, runs: [run('waits', 'queued')] }
        : each,
  )
  expect(liveRunsUnder(busy, 'q1').toSorted()).toEqual(['more', 'waits'])
  expect(liveRunsUnder(busy, 'q2')).toEqual(['more'])
  expect(liveRunsUnder(busy, 'q1b')).toEqual([])
})
