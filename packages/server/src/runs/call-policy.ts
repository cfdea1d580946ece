import { isDeepStrictEqual } from 'node:util'
import { type AnyTool, type CallDecision, mayHoldSecrets, type PendingCall, type ToolSession } from '@reynard/agent'
import { type Db, hasApprovalRule, listChatRules, listMadeFiles } from '@reynard/db'
import type { ApprovalFacts, ApprovalScope, ToolCall } from '@reynard/protocol'
import { parsePath } from '@reynard/sandbox'
import type { RuleOfTool } from '../assistants/tool-rules.ts'
import type { WorkspaceStates } from '../workspaces/workspace-states.ts'
import { asks, checkedFacts, isAskedEachTime, plainFacts, repeatsInterrupted } from './approval-policy.ts'
import { type Answer, type Approvals, ruleName } from './approvals.ts'
import type { LiveRun } from './live-run.ts'
import type { RunPlan } from './run-plan.ts'

type Options = {
  db: Db
  plan: Pick<RunPlan, 'ownerId' | 'conversationId' | 'source' | 'assistant'>
  live: LiveRun
  approvals: Approvals
  session: ToolSession
  /** Every tool of the server: what was read before may have been read by another assistant. */
  tools: readonly AnyTool[]
  states: Pick<WorkspaceStates, 'restores'>
  interrupted: readonly Pick<ToolCall, 'name' | 'arguments'>[]
  /** Calls that were done in the answers before this run, on the same path. */
  earlier: readonly Pick<ToolCall, 'name' | 'arguments'>[]
  /** Whether calls of other programs go without asking: nobody sits there who could be asked. */
  apiMayAct(): boolean
}

/** Longer words than these stand in no log. */
const longestCovers = 300

/** Decides about the calls of one run: by what they do, by the rules of the assistant and of the conversation, else by asking. */
export type CallPolicy = {
  decide(call: PendingCall, signal: AbortSignal): Promise<CallDecision>
  /** Files that are the assistant's own once the call is done; null: it changes others, or none. */
  ownFiles(callId: string): string[] | null
}

/** One for each run: it remembers which files are the assistant's own. */
export function createCallPolicy({
  db,
  plan,
  live,
  approvals,
  session,
  tools,
  states,
  interrupted,
  earlier,
  apiMayAct,
}: Options): CallPolicy {
  const { ownerId, conversationId } = plan
  const own = new Map<string, string[]>()
  const ruleOf = ({ tool }: PendingCall): RuleOfTool => plan.assistant?.ruleOf(tool) ?? { operator: null, own: null }

  /** The files that a call changes, where all of them are new or were made by the assistant. */
  async function findOwnFiles({ tool, input }: PendingCall): Promise<string[] | null> {
    const named = tool.changes?.(input) ?? []
    if (named.length === 0) return null
    const made = new Set(await listMadeFiles(db.kysely, conversationId))
    try {
      // A model spells one file in many ways; what is kept, and compared with what a person brings, is one of them.
      const paths = named.map((path) => parsePath(path).join('/'))
      const composed = paths.map((path) => path.normalize('NFC'))
      const isOthers = (path: string) => !made.has(path) && session.workspace.find(path) !== undefined
      return [...paths, ...composed].some(isOthers) ? null : composed
    } catch {
      // A path that leads nowhere good is for a person to see.
      return null
    }
  }

  /**
   * Why a file must not be read unasked: it may hold secrets of who registered the folder, and something in this chat may carry them off
   * without a question. Null: there is no such reason.
   */
  async function secretRead({ tool, input }: PendingCall): Promise<string | null> {
    if (session.folder === null) return null
    const secret = tool.reads?.(input).find(mayHoldSecrets)
    if (secret === undefined) return null
    const network = (plan.assistant?.tools ?? []).filter(({ effect }) => effect === 'network')
    const rules = await listChatRules(db.kysely, { ownerId, conversationId })
    const rule = rules.find((each) => network.some(({ name }) => each === name || each.startsWith(`${name}: `)))
    const allowed = rule ?? network.find((each) => plan.assistant?.ruleOf(each).own === 'allow')?.name
    const way = allowed ?? (plan.source === 'api' && apiMayAct() ? 'the network' : undefined)
    if (way === undefined) return null
    return `${secret} may hold passwords or keys, and in this chat “${way}” was allowed.`
  }

  /** Why a call to the network must not go unasked: a file that may hold secrets was read before it. Null: none was. */
  function secretBefore({ tool }: PendingCall): string | null {
    if (session.folder === null || tool.effect !== 'network') return null
    for (const before of [...earlier, ...live.view().toolCalls.filter(({ state }) => state === 'done')]) {
      const secret = readsOf(before, tools).find(mayHoldSecrets)
      if (secret !== undefined)
        return `${secret} may hold passwords or keys and was read in this chat, so each call to the network asks.`
    }
    return null
  }

  async function mustAsk(call: PendingCall, rule: RuleOfTool, secret: string | null): Promise<boolean> {
    const { tool, callId, input } = call
    // In a folder of this machine nothing is the assistant's own.
    const files = session.folder === null ? await findOwnFiles(call) : null
    if (files !== null) own.set(callId, files)
    return asks({
      ...rule,
      tool,
      repeatsInterrupted: repeatsInterrupted(call, interrupted),
      allowedInChat: await hasApprovalRule(db.kysely, {
        ownerId,
        conversationId,
        tool: ruleName(tool.name, coversOf(call)),
      }),
      assistantAsks: plan.assistant?.alwaysAsk.has(tool.name) === true,
      readsOnly: tool.readsOnly?.(input) === true,
      readsSecret: secret !== null,
      inFolder: session.folder !== null,
      changesOwnFiles: files !== null,
    })
  }

  /** A tool that can't say what it would do is shown with its input. */
  async function factsOf(call: PendingCall) {
    const covers = coversOf(call)
    const where = {
      ...(covers !== null && { covers }),
      ...(session.folder !== null && { folder: session.folder.path }),
    }
    const all = (facts: ApprovalFacts) => checkedFacts({ ...facts, ...where }, call)
    try {
      const facts = all((await call.tool.facts?.(call.input, session)) ?? plainFacts(call))
      // What would be lost is in the state that is kept before the call.
      return facts.restorable === false ? { ...facts, restorable: await states.restores(call, session) } : facts
    } catch {
      return all(plainFacts(call))
    }
  }

  /** What a yes for the whole conversation would cover; null: every call of the tool. An input that can't be told is covered by no rule. */
  function coversOf({ tool, input, callId }: PendingCall): string | null {
    try {
      return tool.covers?.(input, session).slice(0, longestCovers) ?? null
    } catch {
      return `this call (${callId})`
    }
  }

  /** A yes is to what was shown: where a file was changed while it waited, it is worth nothing. */
  async function decisionAbout(
    call: PendingCall,
    answer: Pick<Answer, 'decision' | 'note'>,
    shown: ApprovalFacts | undefined,
  ): Promise<CallDecision> {
    const decision = decisionFor(answer)
    if (!decision.allowed || shown === undefined) return decision
    if (isDeepStrictEqual(whatWouldHappen(shown), whatWouldHappen(await factsOf(call)))) return decision
    // Where it can't be done at all any more, that is what is true.
    const refusal = (await call.tool.refuses?.(call.input, session)) ?? null
    return refusal === null ? outdated : { allowed: false, failure: 'failed', message: refusal }
  }

  return {
    async decide(call, signal) {
      const { tool, input } = call
      // Answered before a restart: it is not asked again.
      const before = live.view().toolCalls.find(({ callId }) => callId === call.callId)
      const known = before?.decision
      const rule = ruleOf(call)
      if (isOff(rule)) return switchedOff(tool.name)
      const secret = secretBefore(call) ?? (await secretRead(call))
      const isAsked = await mustAsk(call, rule, secret)
      if (known !== undefined && known !== null) return await decisionAbout(call, known, before?.approval?.facts)
      const refusal = await tool.refuses?.(input, session)
      if (refusal !== undefined && refusal !== null) return { allowed: false, failure: 'failed', message: refusal }
      if (!isAsked) return { allowed: true }
      // A yes to one secret is none to the next.
      const isEachTime = isAskedEachTime({ ...rule, tool }) || secret !== null
      if (plan.source === 'api') return apiMayAct() && !isEachTime ? { allowed: true } : nobodyThere
      const scopes: ApprovalScope[] = isEachTime ? ['once'] : ['once', 'conversation']
      const facts = await factsOf(call)
      const shown =
        secret === null
          ? facts
          : checkedFacts({ ...facts, reason: [secret, facts.reason].filter(Boolean).join('\n\n') }, call)
      const answer = await approvals.ask(call, shown, scopes, signal)
      if (answer === null) return { allowed: false, failure: 'denied', message: 'It was stopped.' }
      // It may have been taken away while the question stood there.
      if (isOff(ruleOf(call))) return switchedOff(tool.name)
      return await decisionAbout(call, answer, shown)
    },
    ownFiles: (callId) => own.get(callId) ?? null,
  }
}

/** The files that a call of before gave back; a call that no tool understands gave back none. */
function readsOf(call: Pick<ToolCall, 'name' | 'arguments'>, tools: readonly AnyTool[]): string[] {
  const tool = tools.find(({ name }) => name === call.name)
  const input = tool?.input.safeParse(call.arguments)
  return input?.success === true ? (tool?.reads?.(input.data) ?? []) : []
}

/** Without what may differ and changes nothing: reasons, and whether it could be taken back. */
function whatWouldHappen({ wants, writes, hosts, preview, deletes }: ApprovalFacts) {
  return { wants, writes, hosts, preview, deletes }
}

const outdated: CallDecision = {
  allowed: false,
  failure: 'failed',
  message:
    'What it would do has changed since the person was shown it, so it was not done. Look at what is there now, and call it anew.',
}

const isOff = ({ operator, own }: RuleOfTool) => operator === 'off' || own === 'off'

const switchedOff = (tool: string): CallDecision => ({
  allowed: false,
  failure: 'unavailable',
  message: `${tool} was switched off. Go on without it.`,
})

const nobodyThere: CallDecision = {
  allowed: false,
  failure: 'denied',
  message:
    'This needs an approval, and by the API nobody can be asked, so it was denied. Say so, and answer without it as well as you can.',
}

function decisionFor({ decision, note }: Pick<Answer, 'decision' | 'note'>): CallDecision {
  if (decision === 'approved') return { allowed: true }
  if (decision === 'expired') {
    return { allowed: false, failure: 'expired', message: 'Nobody answered in time, so it was not done.' }
  }
  const words = note === null || note === '' ? '' : ` They say: ${note}`
  return { allowed: false, failure: 'denied', message: `The person said no to this call.${words}` }
}
