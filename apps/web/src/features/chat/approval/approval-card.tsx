'use client'
import type { ApprovalScope } from '@reynard/protocol'
import { Hand } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { Kbd, ShortcutText } from '../../../components/kbd.tsx'
import { isTyping, matchesShortcut } from '../../../lib/keys.ts'
import { approvalMessages } from '../../../lib/messages-approval.ts'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { usePreferences } from '../../../lib/preferences.ts'
import { useIsCut } from '../../shell/use-is-cut.ts'
import { useNow } from '../use-now.ts'
import { Facts } from './approval-facts.tsx'
import { Preview } from './approval-preview.tsx'
import { DenyWithWord } from './deny-with-word.tsx'
import { ScopeMenu } from './scope-menu.tsx'
import { useFocusHandedOn } from './use-focus-handed-on.ts'
import type { WaitingCall } from './waiting-calls.ts'

const text = approvalMessages
/** A press that was meant for something else does not approve what appeared under it. */
const READY_MS = 400
/** Its key stands in the space at its right end, which is as wide as that at its left one. */
const KEYED = 'relative sm:px-5'
const PHONE = 'max-sm:h-12 max-sm:rounded-card max-sm:text-md'

export type Decision = { decision: 'approved' | 'denied'; scope: ApprovalScope; note?: string }

type ApprovalCardProps = {
  call: WaitingCall
  /** Who asks. */
  who: string
  /** How many wait; it is the first of them. */
  count: number
  /** From below, on a phone. */
  isSheet?: boolean
  /** Answers false where the server did not take it. */
  onDecide: (decision: Decision) => Promise<boolean>
}

/** The one question in a frame: what is wanted, what it touches, exactly what will happen, yes or no. */
export function ApprovalCard({ call, who, count, isSheet = false, onDecide }: ApprovalCardProps) {
  const { facts, scopes, expiresAt } = call.approval
  const [scope, setScope] = useState<ApprovalScope>('once')
  const [hasWord, setHasWord] = useState(false)
  const [isSent, setSent] = useState(false)
  const isReady = useReady()
  const isOff = useIsCut() || isSent
  const { singleKeys } = usePreferences()
  const card = useFocusHandedOn()
  const id = useId()

  const decide = async (decision: Decision) => {
    if (isOff) return
    setSent(true)
    if (!(await onDecide(decision))) setSent(false)
  }
  const approve = () => {
    if (isReady) void decide({ decision: 'approved', scope })
  }
  const deny = (note?: string) => void decide({ decision: 'denied', scope: 'once', ...(note ? { note } : {}) })

  const onKeyDown = (event: KeyboardEvent) => {
    // The menu of the card stands elsewhere in the page, and its keys are its own.
    const isInside = event.target instanceof Node && card.current?.contains(event.target)
    if (!singleKeys || event.repeat || isTyping(event.target) || !isInside) return
    if (matchesShortcut('approve', event.nativeEvent)) approve()
    else if (matchesShortcut('deny', event.nativeEvent)) deny()
    else return
    event.preventDefault()
  }

  return (
    <section
      ref={card}
      data-region="approval"
      data-edge=""
      aria-labelledby={id}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className={`group/card overflow-hidden bg-raised ring ring-accent-line focus-visible:outline-2! ${isSheet ? 'sheet-in flex max-h-[72dvh] flex-col rounded-t-bubble shadow-float' : 'rounded-card shadow-card'}`}
    >
      <div className="flex items-start gap-3 px-4 pt-3.5 pb-3">
        <div className="min-w-0 flex-1">
          {isSheet && <Waiting count={count} />}
          <h3 id={id} className="text-reasoning/[22px] font-strong [overflow-wrap:anywhere] max-sm:text-h3">
            {toolMessages.waits(who, plainText(facts.wants))}
          </h3>
          {facts.reason && <Reason text={plainText(facts.reason)} />}
        </div>
        {!isSheet && (
          <span className="flex h-[22px] flex-none items-center rounded-control bg-accent-soft px-2 text-xs font-mid text-accent-ink">
            {count > 1 ? text.place(1, count) : text.waiting}
          </span>
        )}
      </div>
      <div className={isSheet ? 'min-h-0 overflow-y-auto' : ''}>
        <Facts facts={facts} />
        <Preview preview={facts.preview} />
      </div>
      <div className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3">
        {hasWord ? (
          <DenyWithWord isOff={isOff} onDeny={deny} onCancel={() => setHasWord(false)} />
        ) : (
          <>
            <Button
              look="accent"
              disabled={!isReady || isOff}
              onClick={approve}
              className={`${PHONE} ${KEYED} max-sm:flex-[2]`}
            >
              {text.approve}
              <Key id="approve" />
            </Button>
            <Button disabled={isOff} onClick={() => deny()} className={`${PHONE} ${KEYED} max-sm:flex-1`}>
              {text.deny}
              <Key id="deny" />
            </Button>
            <span className="flex flex-wrap items-center gap-1 max-sm:w-full max-sm:justify-center">
              <Button look="ghost" disabled={isOff} onClick={() => setHasWord(true)}>
                {text.denyWithWord}
              </Button>
              {scopes.length > 1 && (
                <ScopeMenu scopes={scopes} scope={scope} covers={facts.covers} onChange={setScope} />
              )}
            </span>
          </>
        )}
        <HowToReach />
        <Expiry at={expiresAt} />
      </div>
    </section>
  )
}

/** Its paragraphs set apart, as those of a commit's message are. */
function Reason({ text: reason }: { text: string }) {
  return (
    <div className="mt-0.5 grid gap-1.5 text-sm text-ink-2 [overflow-wrap:anywhere] max-sm:text-reasoning">
      {reason.split(/\n{2,}/).map((paragraph, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs of one text, which never change places
        <p key={at} className="whitespace-pre-line">
          {paragraph}
        </p>
      ))}
    </div>
  )
}

function Waiting({ count }: { count: number }) {
  return (
    <p className="mb-1 flex items-center gap-1.5 text-sm font-mid text-accent-ink">
      <Hand size={14} strokeWidth={1.75} aria-hidden />
      {count > 1 ? `${text.waiting}, ${text.place(1, count)}` : text.waiting}
    </p>
  )
}

function Key({ id }: { id: 'approve' | 'deny' }) {
  const { singleKeys } = usePreferences()
  if (!singleKeys) return null
  return (
    <kbd
      aria-hidden
      className="invisible absolute right-1.5 font-mono text-2xs group-focus-within/card:visible touch:hidden max-sm:hidden"
    >
      <ShortcutText id={id} />
    </kbd>
  )
}

/** The keys of the card work while the focus is in it: until then, the one that leads there. */
function HowToReach() {
  return (
    <span aria-hidden className="flex group-focus-within/card:invisible touch:hidden max-sm:hidden">
      <Kbd shortcut="next-region" />
    </span>
  )
}

function Expiry({ at }: { at: number }) {
  const left = at - useNow(true)
  return (
    <p className="ml-auto text-xs text-ink-3 tabular-nums max-sm:w-full max-sm:text-center">{text.expires(left)}</p>
  )
}

function useReady(): boolean {
  const [isReady, setReady] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), READY_MS)
    return () => clearTimeout(timer)
  }, [])
  return isReady
}
