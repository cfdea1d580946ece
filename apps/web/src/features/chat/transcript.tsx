'use client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import {
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { Button } from '../../components/button.tsx'
import { isTyping, matchesShortcut, useShortcut } from '../../lib/keys.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { usePreferences } from '../../lib/preferences.ts'
import type { Turn } from './conversation-path.ts'
import { estimateTurnHeight } from './estimate-turn-height.ts'
import { loadAnswerFonts } from './load-answer-fonts.ts'
import type { OpenAt } from './opened-hits.ts'
import { canMark, showHit } from './show-hit.ts'
import { TurnRow } from './turn-row.tsx'
import { useFocusKeptByVersions } from './use-focus-kept-by-versions.ts'

/** The page follows the text only for a reader who is this near to its end. */
const NEAR_END_PX = 80
/** With the space under an answer, room for a toast: it stands above the composer and covers no action of the last answer. */
const TOAST_ROOM_PX = 32

export type TranscriptHandle = { scrollTo: (messageId: string) => void; scrollToEnd: () => void }

/** A turn has it, or the field in it. A button in it may have it from before: from its like in another version, or from a dialog that closed. */
function hasFocus(row: HTMLElement): boolean {
  const { activeElement } = document
  return row === activeElement || (row.contains(activeElement) && isTyping(activeElement))
}

/** A row has to be made and a dialog has to close before a turn can take the focus; whatever lasts longer is something else. */
const FOCUS_WITHIN_MS = 3000

type TranscriptProps = {
  turns: Turn[]
  /** The message to open at; null opens at the end. */
  openAt: OpenAt | null
  isLive: boolean
  onVersion: (id: string) => void
  ref: Ref<TranscriptHandle>
}

/**
 * The turns on the active path. Only what is near the window stands in the page; heights that were measured are kept, so scrolling back
 * does not jump, and growth at the end moves a reader only who is there.
 */
export function Transcript({ turns, openAt, isLive, onVersion, ref }: TranscriptProps) {
  const viewport = useRef<HTMLDivElement>(null)
  const { singleKeys } = usePreferences()
  const latest = useRef(turns)
  latest.current = turns
  // The same functions as long as the turns are the same: new ones would make the list place every turn anew.
  const getItemKey = useCallback((index: number) => turns[index]?.message.id ?? index, [turns])
  const estimateSize = useCallback(
    (index: number) => estimateTurnHeight(latest.current[index]?.message, viewport.current?.clientWidth ?? 0),
    [],
  )
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: turns.length,
    getScrollElement: () => viewport.current,
    estimateSize,
    getItemKey,
    anchorTo: 'end',
    scrollEndThreshold: NEAR_END_PX,
    followOnAppend: true,
    overscan: 3,
    paddingStart: 20,
    paddingEnd: TOAST_ROOM_PX,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
  })
  const away = useAwayFromEnd(viewport, () => virtualizer.scrollToEnd())

  const clearHit = useRef(() => {})
  useEffect(() => () => clearHit.current(), [])
  const focusTurn = useCallback(
    (index: number, found: OpenAt | null = null) => {
      const id = latest.current[index]?.message.id
      if (id === undefined) return
      virtualizer.scrollToIndex(index, { align: index === latest.current.length - 1 ? 'end' : 'start' })
      // The row may have to be made first, and a dialog that closes may hold the focus yet. A field in the row that took it keeps it.
      const until = performance.now() + FOCUS_WITHIN_MS
      // Who does something meanwhile goes on with that.
      const acts = new AbortController()
      for (const type of ['keydown', 'pointerdown']) {
        addEventListener(type, () => acts.abort(), { signal: acts.signal, capture: true })
      }
      const focus = () => {
        if (acts.signal.aborted) return
        const row = document.getElementById(`turn-${id}`)
        if (row && !hasFocus(row)) row.focus({ preventScroll: true })
        const isThere = row !== null && hasFocus(row)
        if (!isThere && performance.now() < until && viewport.current !== null) {
          requestAnimationFrame(focus)
          return
        }
        acts.abort()
        if (found === null || row === null || viewport.current === null) return
        clearHit.current()
        const clear = showHit(row, viewport.current, found.words)
        // Where its words can't be marked, the whole turn says where to look.
        if (clear === null || !canMark()) flash(row)
        clearHit.current = clear ?? (() => {})
      }
      requestAnimationFrame(() => requestAnimationFrame(focus))
    },
    [virtualizer],
  )
  useImperativeHandle(
    ref,
    () => ({
      scrollTo(messageId) {
        focusTurn(latest.current.findIndex((turn) => turn.message.id === messageId))
      },
      scrollToEnd: () => virtualizer.scrollToEnd(),
    }),
    [virtualizer, focusTurn],
  )

  useEffect(loadAnswerFonts, [])
  useFocusKeptByVersions(viewport, turns)

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the chat opens
  useLayoutEffect(() => virtualizer.scrollToEnd(), [])
  // Once for each message that is asked for; it may come on screen later, with its version.
  const openedAt = useRef<OpenAt | null>(null)
  useLayoutEffect(() => {
    if (openAt === null || openAt === openedAt.current) return
    const index = turns.findIndex((turn) => turn.message.id === openAt.messageId)
    if (index < 0) return
    openedAt.current = openAt
    focusTurn(index, openAt)
  }, [openAt, turns, focusTurn])
  // A question that was just asked is where its reader looks, wherever that was before.
  const count = useRef(turns.length)
  const lastId = turns.at(-1)?.message.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: when a turn is added at the end
  useLayoutEffect(() => {
    if (turns.length > count.current && isLive) virtualizer.scrollToEnd()
    count.current = turns.length
  }, [turns.length, lastId])

  /** What a reader unfolds at the end opens below: it is no text that came, and nothing above it moves. */
  const holdStill = (event: MouseEvent) => {
    const toggle = event.target instanceof Element ? event.target.closest('button[aria-expanded]') : null
    if (toggle === null) return
    const { top } = toggle.getBoundingClientRect()
    virtualizer.options.scrollEndThreshold = -1
    // After the next layout, in which the row is measured.
    const goOn = () => {
      virtualizer.options.scrollEndThreshold = NEAR_END_PX
      if (!toggle.isConnected || viewport.current === null) return
      // The list may have made up for a few pixels that it had no room for before.
      viewport.current.scrollTop += toggle.getBoundingClientRect().top - top
      viewport.current.dispatchEvent(new Event('scroll'))
    }
    requestAnimationFrame(() => requestAnimationFrame(goOn))
  }

  const stepTurn = (by: 1 | -1) => {
    const focused = document.activeElement?.closest<HTMLElement>('[data-index]')?.dataset.index
    const from = focused === undefined ? (virtualizer.range?.endIndex ?? 0) + (by === 1 ? 0 : 1) : Number(focused)
    focusTurn(Math.max(0, Math.min(turns.length - 1, from + by)))
  }
  useShortcut('previous-turn', () => stepTurn(-1))
  useShortcut('next-turn', () => stepTurn(1))
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = matchesShortcut('previous-branch', event.nativeEvent)
      ? -1
      : matchesShortcut('next-branch', event.nativeEvent)
        ? 1
        : 0
    if (by === 0 || !singleKeys || isTyping(event.target) || !(event.target instanceof Element)) return
    const turn = turns[Number(event.target.closest<HTMLElement>('[data-index]')?.dataset.index ?? -1)]
    const id = turn?.siblings[turn.index + by]
    if (id === undefined) return
    event.preventDefault()
    onVersion(id)
  }

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div className="pointer-events-none absolute inset-x-0 top-0 z-10 h-5 bg-linear-to-b from-canvas to-transparent" />
      <div
        ref={viewport}
        data-region="conversation"
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-6 [overflow-anchor:none] [scrollbar-gutter:stable_both-edges] max-sm:px-4"
      >
        <div
          ref={virtualizer.containerRef}
          role="log"
          aria-live="off"
          aria-label={chatMessages.conversation}
          onClickCapture={holdStill}
          onKeyDown={onKeyDown}
          className="relative mx-auto w-full max-w-[756px]"
        >
          {virtualizer.getVirtualItems().map(({ index, key }) => {
            const turn = turns[index]
            return (
              turn && (
                <TurnRow
                  key={key}
                  index={index}
                  turn={turn}
                  isLast={index === turns.length - 1}
                  measure={virtualizer.measureElement}
                />
              )
            )
          })}
        </div>
      </div>
      {away !== 'near' && (
        <div className="pointer-events-none absolute inset-x-0 bottom-2 flex justify-center">
          {(isLive || away === 'far') && (
            <Button
              className="pointer-events-auto shadow-card"
              onClick={(event) => {
                // The button goes when it has done its work; a keyboard goes on from the newest turn.
                if (event.detail === 0) focusTurn(turns.length - 1)
                else virtualizer.scrollToEnd()
              }}
            >
              <ArrowDown size={14} strokeWidth={1.75} aria-hidden />
              {isLive ? chatMessages.newText : chatMessages.toLatest}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}

/** Shows where the eye should go: the ground of the turn fades away once. Without motion it stands for the same time. */
function flash(row: HTMLElement): void {
  for (const running of row.getAnimations()) running.cancel()
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  const from = { backgroundColor: 'var(--selected)', boxShadow: '0 0 0 8px var(--selected)', borderRadius: '10px' }
  const to = { ...from, backgroundColor: 'transparent', boxShadow: '0 0 0 8px transparent' }
  row.animate(isStill ? [from, from] : [from, from, to], { duration: 1600, easing: 'ease-in' })
}

/**
 * How far the reader is from the end: following it, a little above, or more than a window away. Who follows it stays there when the window
 * gets smaller: a field that grows by a pasted text, a keyboard that comes up, a phone that is turned.
 */
function useAwayFromEnd(viewport: { current: HTMLDivElement | null }, toEnd: () => void): 'near' | 'above' | 'far' {
  const [away, setAway] = useState<'near' | 'above' | 'far'>('near')
  const stay = useRef(toEnd)
  stay.current = toEnd
  useEffect(() => {
    const element = viewport.current
    if (!element) return
    let isNear = true
    let height = element.clientHeight
    const look = () => {
      // A scroll that is told when the window has changed says nothing of the reader: what was so before it counts.
      if (element.clientHeight !== height) return
      const distance = element.scrollHeight - element.scrollTop - element.clientHeight
      isNear = distance <= NEAR_END_PX
      setAway(isNear ? 'near' : distance > element.clientHeight ? 'far' : 'above')
    }
    // A shorter version brings the end into sight without a scroll. What grows leads nobody away from it.
    const lookNear = () => {
      if (element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR_END_PX) look()
    }
    const resized = new ResizeObserver(() => {
      // Told once at the start as well, when nothing has changed.
      if (element.clientHeight === height) return lookNear()
      height = element.clientHeight
      if (isNear) stay.current()
      else look()
    })
    element.addEventListener('scroll', look, { passive: true })
    resized.observe(element)
    if (element.firstElementChild) resized.observe(element.firstElementChild)
    return () => {
      element.removeEventListener('scroll', look)
      resized.disconnect()
    }
  }, [viewport])
  return away
}
