import { expect } from 'vitest'

const mostBytes = 150 * 1024 * 1024
const betweenLooksMs = 20

/** Waits for `work` while this process answers at `url`, a server of its own, and stays small: what is hostile must not reach it. */
export async function whileAlive<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const before = process.memoryUsage().rss
  let peak = before
  let isDone = false
  const watch = async () => {
    let answers = 0
    while (!isDone || answers === 0) {
      if ((await fetch(url)).ok) answers++
      peak = Math.max(peak, process.memoryUsage().rss)
      await new Promise((resolve) => setTimeout(resolve, betweenLooksMs))
    }
  }
  const watching = watch()
  try {
    return await work()
  } finally {
    isDone = true
    await watching
    expect(peak - before).toBeLessThan(mostBytes)
  }
}
