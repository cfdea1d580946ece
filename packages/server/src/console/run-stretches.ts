import type { RunEvent, RunStretch } from '@reynard/protocol'

type Kind = RunStretch['kind']

/** What a run did when, folded from its log: one stretch after the other, without gaps, from acceptance to its end. */
export function runStretches(createdAt: number, events: Iterable<RunEvent>): RunStretch[] {
  const stretches: RunStretch[] = []
  const tools = new Map<string, string>()
  let open: RunStretch | null = { kind: 'queue', tool: null, from: createdAt, to: null }
  const close = (at: number) => {
    // What took no time says nothing.
    if (open !== null && at > open.from) stretches.push({ ...open, to: at })
    open = null
  }
  const become = (kind: Kind, at: number, tool: string | null = null) => {
    if (open !== null && open.kind === kind && open.tool === tool) return
    close(at)
    open = { kind, tool, from: at, to: null }
  }
  for (const event of events) {
    switch (event.type) {
      case 'run-queued':
        become('queue', event.at)
        break
      case 'run-start':
      case 'tool-result':
      case 'tool-error':
        become('prompt', event.at)
        break
      case 'model-loading':
        become('load', event.at)
        break
      case 'reasoning-delta':
        become('thinking', event.at)
        break
      case 'text-delta':
        become('writing', event.at)
        break
      case 'tool-call':
        tools.set(event.callId, event.name)
        if (event.run !== undefined) become('tool', event.at, event.name)
        break
      case 'tool-start':
        become('tool', event.at, tools.get(event.callId) ?? null)
        break
      case 'approval-request':
        become('approval', event.at, tools.get(event.callId) ?? null)
        break
      case 'approval-decision':
        become('tool', event.at, tools.get(event.callId) ?? null)
        break
      case 'run-end':
        close(event.at)
        break
      case 'context-fitted':
      case 'memories-recalled':
      case 'tool-output':
      case 'usage':
      case 'run-error':
        break
      default:
        event satisfies never
    }
  }
  return open === null ? stretches : [...stretches, open]
}
