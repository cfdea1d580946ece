import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { readAgain } from './read-again.ts'

/** A server whose answers come when the test lets them, as they were when they were asked for. */
function openServer() {
  let title = 'old'
  const answers: (() => void)[] = []
  const queryFn = () => {
    const read = title
    return new Promise<string>((resolve) => answers.push(() => resolve(read)))
  }
  const change = () => {
    title = 'new'
  }
  return { queryFn, change, answers }
}
const queryKey = ['chat', 'a']

test('a first read that is older than the change is followed by another', async () => {
  const { queryFn, change, answers } = openServer()
  const queryClient = new QueryClient()
  const observer = new QueryObserver(queryClient, { queryKey, queryFn, staleTime: 30_000 })
  const stop = observer.subscribe(() => {})
  change()
  readAgain(queryClient, queryKey)
  expect(answers).toHaveLength(1)
  answers[0]?.()
  await expect.poll(() => answers.length).toBe(2)
  answers[1]?.()
  await expect.poll(() => observer.getCurrentResult().data).toBe('new')
  stop()
})

test('one that nobody looks at yet is stale when somebody does', async () => {
  const { queryFn, change, answers } = openServer()
  const queryClient = new QueryClient()
  const read = queryClient.fetchQuery({ queryKey, queryFn, staleTime: 30_000 })
  change()
  readAgain(queryClient, queryKey)
  answers[0]?.()
  expect(await read).toBe('old')
  await expect.poll(() => queryClient.getQueryState(queryKey)?.isInvalidated).toBe(true)
})

test('a read that is not under way is not made twice', async () => {
  const { queryFn, change, answers } = openServer()
  const queryClient = new QueryClient()
  const observer = new QueryObserver(queryClient, { queryKey, queryFn, staleTime: 30_000 })
  const stop = observer.subscribe(() => {})
  answers[0]?.()
  await expect.poll(() => observer.getCurrentResult().data).toBe('old')
  change()
  readAgain(queryClient, queryKey)
  answers[1]?.()
  await expect.poll(() => observer.getCurrentResult().data).toBe('new')
  expect(answers).toHaveLength(2)
  stop()
})
