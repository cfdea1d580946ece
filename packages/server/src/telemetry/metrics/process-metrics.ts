import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Registry } from './registry.ts'

/** How often the event loop is looked at, in milliseconds: rarely enough to cost nothing. */
const resolutionMs = 50
const quantiles = [50, 90, 99] as const

/** Memory, processor and event loop of this process. Returns how to stop. */
export function addProcessMetrics(registry: Registry): () => void {
  let delay: ReturnType<typeof monitorEventLoopDelay> | null = null
  registry.gauge('process_resident_memory_bytes', 'Memory that this process holds.', [], () => [
    [[], process.memoryUsage.rss()],
  ])
  registry.gauge('v8js_memory_heap_used_bytes', 'Memory of live objects.', [], () => [
    [[], process.memoryUsage().heapUsed],
  ])
  registry.total('process_cpu_seconds_total', 'Processor time of this process.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  registry.gauge('process_start_time_seconds', 'When this process began, in seconds since 1970.', [], () => [
    [[], Math.round(Date.now() / 1000 - process.uptime())],
  ])
  registry.gauge(
    'nodejs_eventloop_delay_seconds',
    'How late the event loop was since the last look, from the second look on.',
    ['quantile'],
    () => {
      // Nobody pays for it before somebody looks.
      if (delay === null) {
        delay = monitorEventLoopDelay({ resolution: resolutionMs })
        delay.enable()
        return []
      }
      const seen = delay
      const late = (ns: number): number => Math.max(0, ns / 1e6 - resolutionMs) / 1000
      const read = quantiles.map((percent): [string[], number] => [
        [String(percent / 100)],
        late(seen.percentile(percent)),
      ])
      const most: [string[], number] = [['1'], late(seen.max)]
      seen.reset()
      return [...read, most]
    },
  )
  return () => delay?.disable()
}
