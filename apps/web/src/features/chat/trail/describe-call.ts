import type { ToolCall } from '@reynard/protocol'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'

const text = toolMessages

/** How a call reads in one line. `end` stands right, `took` is in milliseconds. */
export type CallWords = {
  look:
    | 'running'
    | 'next'
    | 'behind'
    | 'done'
    | 'denied'
    | 'expired'
    | 'timeout'
    | 'off'
    | 'blocked'
    | 'failed'
    | 'stopped'
    | 'cut'
  title: string
  detail: string
  /** The detail is something to paste. */
  isCode: boolean
  end: string | null
  /** It did what it was to do, and what it found is bad. */
  isBad?: boolean
  tookMs: number | null
}

/** What the row can't know of its call: `isAsked`: its question stands elsewhere, else it comes after another one; `isBehind`: one that was made before it must end first. */
type Place = { isAsked?: boolean; isBehind?: boolean }

/** `who` wants it. Everything that comes from a tool or a model is made plain. */
export function describeCall(call: ToolCall, who: string, { isAsked, isBehind }: Place = {}): CallWords {
  const { run, approval, decision, failure, state } = call
  const doing = plainText(run?.title.running ?? call.name)
  const own = { detail: plainText(run?.title.detail ?? ''), isCode: run?.title.code ?? false, end: null }
  const tookMs = call.startedAt === null || call.endedAt === null ? null : call.endedAt - call.startedAt
  const wants = plainText(approval?.facts.wants ?? doing)
  if (state === 'waiting') {
    return {
      ...own,
      look: 'next',
      title: text.waits(who, wants),
      detail: isAsked ? '' : text.waitsNext,
      isCode: false,
      tookMs: null,
    }
  }
  if (failure !== null)
    return { end: null, tookMs, ...describeFailure(call, failure, withFile(call, doing), wants, tookMs) }
  if (state === 'done') {
    const { display } = call
    if (display?.kind === 'terminal' && display.exitCode !== null && display.exitCode !== 0) {
      const reason = plainText(display.text)
        .split('\n')
        .find((line) => ERROR.test(line))
      return {
        ...own,
        look: 'failed',
        title: text.failed(doing),
        ...(reason && { detail: reason, isCode: true }),
        tookMs,
      }
    }
    if (display?.kind === 'tests') {
      const { passed, failed } = display
      const end = failed > 0 ? text.testsFailed(failed, failed + passed) : text.testsPassed(passed)
      return { ...own, look: 'done', title: plainText(run?.title.done ?? call.name), end, isBad: failed > 0, tookMs }
    }
    const end = decision?.decision === 'approved' ? text.approvedAt(decision.at) : null
    return { ...own, look: 'done', title: plainText(run?.title.done ?? call.name), end, tookMs }
  }
  if (state === 'ready' && call.keepingSince !== undefined) {
    return { ...own, look: 'running', title: text.keeping, detail: doing, isCode: false, tookMs: null }
  }
  if (isBehind && call.startedAt === null)
    return { ...own, look: 'behind', title: doing, end: text.waitsNext, tookMs: null }
  return { ...own, look: 'running', title: doing, tookMs: null }
}

/** Where the reason stands in place of the file, the sentence says which one it was. */
function withFile({ run }: ToolCall, doing: string): string {
  const { detail, code } = run?.title ?? {}
  return run?.group === 'file_ops' && code === true && detail ? `${doing} ${plainText(detail)}` : doing
}

/** The line in which JavaScript and Python say what went wrong. */
const ERROR = /^(?:Uncaught )?[A-Z]\w*(?:Error|Exception)\b/

type Failed = Pick<CallWords, 'look' | 'title' | 'detail' | 'isCode'> & Partial<CallWords>

function describeFailure(
  { decision, approval, calledAt, name }: ToolCall,
  { failure, message }: NonNullable<ToolCall['failure']>,
  doing: string,
  wants: string,
  tookMs: number | null,
): Failed {
  const [why = ''] = plainText(message).trim().split('\n')
  const because = { detail: why, isCode: false }
  switch (failure) {
    case 'denied': {
      const note = decision?.note ? plainText(decision.note) : null
      const detail = decision === null ? why : text.deniedAt(decision.at, note)
      return {
        look: 'denied',
        title: text.denied(wants),
        detail,
        isCode: false,
        end: text.nothingChanged,
        tookMs: null,
      }
    }
    case 'expired': {
      const detail = text.nobodyAnswered((approval?.expiresAt ?? calledAt) - calledAt)
      return {
        look: 'expired',
        title: text.denied(wants),
        detail,
        isCode: false,
        end: text.nothingChanged,
        tookMs: null,
      }
    }
    case 'timeout':
      return {
        look: 'timeout',
        title: text.timedOut(doing, tookMs),
        detail: text.timeLimit,
        isCode: false,
        tookMs: null,
      }
    case 'unavailable':
      return { look: 'off', title: why, detail: '', isCode: false, tookMs: null }
    case 'blocked':
      return { look: 'blocked', title: text.blocked(why), detail: '', isCode: false }
    case 'failed':
      return { look: 'failed', title: text.failed(doing), detail: why, isCode: true }
    case 'aborted':
      return { look: 'stopped', title: text.stopped(doing), detail: '', isCode: false }
    case 'interrupted':
      return { look: 'cut', title: text.interrupted(doing), ...because }
    case 'unknown-tool':
      return { look: 'off', title: text.unknownTool, detail: plainText(name), isCode: true }
    case 'bad-arguments':
      return { look: 'off', title: text.badArguments(doing), ...because }
    case 'repeated':
      return { look: 'off', title: text.repeated(doing), ...because }
    case 'limit':
      return { look: 'off', title: text.limit(doing), ...because }
    default:
      failure satisfies never
      return { look: 'failed', title: doing, ...because }
  }
}
