import type { AnyTool, ToolSession, TurnHost, TurnLimits } from '@reynard/agent'
import type { Db } from '@reynard/db'
import type { ToolCall } from '@reynard/protocol'
import type { RunFilter } from '../filter/content-filter.ts'
import type { WorkspaceStates } from '../workspaces/workspace-states.ts'
import type { Approvals } from './approvals.ts'
import { createCallLedger } from './call-ledger.ts'
import { createCallPolicy } from './call-policy.ts'
import { keepOutput } from './keep-output.ts'
import type { LiveRun } from './live-run.ts'
import type { Clock } from './ports.ts'
import type { RunPlan } from './run-plan.ts'

type Options = {
  db: Db
  clock: Clock
  plan: RunPlan
  live: LiveRun
  /** Every tool of the server. */
  tools: readonly AnyTool[]
  approvals: Approvals
  session: ToolSession
  states: Pick<WorkspaceStates, 'keepState' | 'restores'>
  filter: RunFilter
  interrupted: readonly Pick<ToolCall, 'name' | 'arguments'>[]
  earlier: readonly Pick<ToolCall, 'name' | 'arguments'>[]
  limits: TurnLimits
  timeoutMs(tool: AnyTool): number
  apiMayAct(): boolean
  beforeStep(): Promise<void>
}

/** What a turn of an assistant has of the server: its policy, its ledger, its workspace, and the run so far where it is taken up again. */
export function createTurnHost({ beforeStep, ...options }: Options): TurnHost {
  const { db, clock, plan, session, states, live, limits, timeoutMs, filter } = options
  const policy = createCallPolicy(options)
  return {
    session,
    limits,
    timeoutMs,
    clock,
    beforeStep,
    // A fast model calls before its question is saved, and tools, rules and the ledger look into the database.
    decide: async (call, signal) => {
      await live.whenAccepted
      return await policy.decide(call, signal)
    },
    screen: filter.screenCall,
    ledger: createCallLedger({ db, clock, run: plan, ownFiles: policy.ownFiles }),
    keepState: (call, signal) => states.keepState(plan, call, signal),
    keepOutput: (call, content) => keepOutput(session, call, content),
    ...(plan.beginWith !== undefined && { beginWith: [plan.beginWith] }),
    ...(plan.resume !== undefined && { resume: live.view() }),
  }
}
