'use client'
import { useEffect, useState } from 'react'
import { describeShortcut, isMac, type ShortcutId } from '../lib/keys.ts'

const REST_MS = 500
const GAP_PX = 6
const MARGIN_PX = 8

/** What a control shows on rest: spread onto any element that has its name already, so that the tooltip is for the eye only. */
export function tooltip(label: string, shortcut?: ShortcutId, side: 'top' | 'bottom' = 'bottom') {
  return { 'data-tooltip': label, 'data-tooltip-key': shortcut, 'data-tooltip-side': side }
}

type Shown = { label: string; keys: string | null; x: number; y: number; side: 'top' | 'bottom' }

/**
 * The one tooltip of the page: over whatever the pointer rests on for 500 ms or the keyboard reaches, gone with the next press. Touch
 * shows none. One listener serves every row of a long list, which a component per button would not.
 */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let over: Element | null = null
    const hide = () => {
      clearTimeout(timer)
      over = null
      setShown(null)
    }
    const arm = (target: EventTarget | null, waitMs: number) => {
      const element = target instanceof Element ? target.closest<HTMLElement>('[data-tooltip]') : null
      if (element === over) return
      hide()
      over = element
      if (element) timer = setTimeout(() => setShown(place(element)), waitMs)
    }
    const onPointer = (event: PointerEvent) => {
      if (event.pointerType !== 'touch') arm(event.target, REST_MS)
    }
    const onFocus = (event: FocusEvent) => {
      const isByKey = event.target instanceof Element && event.target.matches(':focus-visible')
      if (isByKey && !matchMedia('(pointer: coarse)').matches) arm(event.target, REST_MS)
      else hide()
    }
    const events = ['pointerdown', 'keydown', 'scroll', 'blur'] as const
    document.addEventListener('pointerover', onPointer)
    document.addEventListener('focusin', onFocus)
    for (const name of events) addEventListener(name, hide, { capture: true, passive: true })
    return () => {
      clearTimeout(timer)
      document.removeEventListener('pointerover', onPointer)
      document.removeEventListener('focusin', onFocus)
      for (const name of events) removeEventListener(name, hide, { capture: true })
    }
  }, [])

  if (!shown) return null
  return (
    <div
      aria-hidden
      ref={keepInside}
      className="scrim-in pointer-events-none fixed z-50 flex w-max max-w-80 items-center gap-2 rounded-control bg-ink px-2 py-1 text-xs text-on-ink shadow-float"
      style={{ left: shown.x, top: shown.y, translate: `-50% ${shown.side === 'top' ? '-100%' : '0'}` }}
    >
      {shown.label}
      {shown.keys && <kbd className="font-mono text-2xs whitespace-nowrap opacity-75">{shown.keys}</kbd>}
    </div>
  )
}

function place(element: HTMLElement): Shown | null {
  const box = element.getBoundingClientRect()
  const { tooltip: label, tooltipKey, tooltipSide } = element.dataset
  // A row that scrolled away or an open menu's button has nothing to say.
  if (!label || box.width === 0 || element.getAttribute('aria-expanded') === 'true') return null
  const side = tooltipSide === 'top' || box.bottom + 40 > innerHeight ? 'top' : 'bottom'
  return {
    label,
    keys: tooltipKey ? describeShortcut(tooltipKey as ShortcutId, isMac()) : null,
    x: box.left + box.width / 2,
    y: side === 'top' ? box.top - GAP_PX : box.bottom + GAP_PX,
    side,
  }
}

function keepInside(element: HTMLDivElement | null) {
  if (!element) return
  const box = element.getBoundingClientRect()
  const over = Math.max(0, box.right + MARGIN_PX - innerWidth) - Math.max(0, MARGIN_PX - box.left)
  element.style.marginLeft = `${-over}px`
}
