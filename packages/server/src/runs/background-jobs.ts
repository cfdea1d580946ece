import type { RunExecution } from './run-execution.ts'
import type { RunHost } from './run-host.ts'
import { needsSummary, runSummaryJob } from './summary-job.ts'
import { runTitleJob } from './title-job.ts'

/** What is asked of a model beside the answers: titles and summaries. Nobody waits for them, and none of them rejects. */
export type BackgroundJobs = {
  /** A call waits for a person: that chat stands in the list meanwhile, so it gets its title now. */
  whenWaiting(execution: RunExecution): void
  whenEnded(execution: RunExecution): void
  /** Ends those that run, and begins no more. */
  close(): void
}

/** Those of one server. */
export function createBackgroundJobs(host: RunHost): BackgroundJobs {
  const stop = new AbortController()
  /** Titles by the run that asked for one; false where it has to be tried again. */
  const titling = new WeakMap<RunExecution, Promise<boolean>>()
  /** Conversations that the model had no fit title for: another try would end the same. */
  const untitled = new Set<string>()
  /** Conversations that a summary is being made of. */
  const summarising = new Set<string>()

  async function title(execution: RunExecution): Promise<boolean> {
    if (await titling.get(execution)) return true
    const { plan, target, live } = execution
    if (plan.titleFor === null || target === null || stop.signal.aborted) return false
    const { ownerId, conversationId } = plan
    if (!host.models.mayUse(ownerId, target.model)) return false
    if (!target.writesTitles || !host.settings.read().titles || untitled.has(conversationId)) return false
    const input = { ownerId, conversationId, target, question: plan.titleFor, answer: live.view().text }
    const outcome = await runTitleJob(host, input, stop.signal)
    if (outcome === 'unfit') untitled.add(conversationId)
    return outcome === 'made'
  }
  const beginTitle = (execution: RunExecution) => titling.set(execution, title(execution))

  function summarise({ plan, target, live }: RunExecution): void {
    const { ownerId, conversationId, answerId } = plan
    if (target === null || stop.signal.aborted || plan.source !== 'ui' || summarising.has(conversationId)) return
    if (!target.writesTitles || !host.settings.read().contextAwareness) return
    if (!host.models.mayUse(ownerId, target.model)) return
    if ((plan.request.settings.summaries ?? plan.conversationSettings.summaries) === false) return
    const view = live.view()
    if ((view.endReason !== 'done' && view.endReason !== 'length') || !needsSummary(view)) return
    summarising.add(conversationId)
    const input = { ownerId, conversationId, answerId, target, view }
    void runSummaryJob(host, input, stop.signal).finally(() => summarising.delete(conversationId))
  }

  return {
    whenWaiting(execution) {
      if (!titling.has(execution)) beginTitle(execution)
    },
    whenEnded(execution) {
      const { text, endReason } = execution.live.view()
      if (text !== '' && (endReason === 'done' || endReason === 'length')) beginTitle(execution)
      summarise(execution)
    },
    close: () => stop.abort(),
  }
}
