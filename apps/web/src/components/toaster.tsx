'use client'
import { X } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useShortcut } from '../lib/keys.ts'
import { messages } from '../lib/messages.ts'
import { hideToast, useToast } from '../lib/toast.ts'
import { IconButton } from './button.tsx'
import { ShortcutText } from './kbd.tsx'

const SHOWN_MS = 8000
/** Between the toast and what it stands over. */
const GAP_PX = 8

/** The one place where toasts appear. The region is always there, so that what is put into it is announced. */
export function Toaster() {
  const toast = useToast()
  const [held, setHeld] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useAboveTheFoot(place, toast !== null)

  useEffect(() => {
    if (!toast || held) return
    const timer = setTimeout(() => hideToast(toast.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [toast, held])

  const undo = () => {
    if (!toast?.undo) return false
    hideToast(toast.id)
    setHeld(false)
    void toast.undo()
    return true
  }
  const isTypedInto = useTypedInto()
  // In a field that was just written in, the key takes back what was written: that is the browser's.
  useShortcut('undo', (event) => (isTypedInto(event.target) ? false : undo()))

  return (
    <div
      ref={place}
      role="status"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-none fixed bottom-6 left-4 z-50 max-sm:right-4 lg:left-[calc(var(--sidebar-width)+24px)]"
    >
      {toast && (
        <div
          key={toast.id}
          data-edge=""
          className="float-in pointer-events-auto flex min-h-11 w-max max-w-[min(100%,560px)] items-center gap-3 rounded-card bg-ink py-1 pr-1.5 pl-3.5 text-sm text-on-ink shadow-float"
        >
          <span className="line-clamp-4 min-w-0 py-1 [overflow-wrap:anywhere]">{toast.text}</span>
          {toast.undo && (
            <button
              type="button"
              onClick={undo}
              className="flex h-8 items-center gap-2 rounded-control px-2.5 font-mid hover:underline focus-visible:outline-on-ink"
            >
              {messages.common.undo}
              <kbd className="font-mono text-2xs opacity-75 max-sm:hidden">
                <ShortcutText id="undo" />
              </kbd>
            </button>
          )}
          <IconButton
            label={messages.common.dismiss}
            side="top"
            className="text-on-ink hover:bg-transparent hover:text-on-ink hover:opacity-75"
            onClick={() => {
              hideToast(toast.id)
              setHeld(false)
            }}
          >
            <X size={14} strokeWidth={1.75} />
          </IconButton>
        </div>
      )}
    </div>
  )
}

/** Answers whether a field was written in since it took the focus. */
function useTypedInto(): (target: EventTarget | null) => boolean {
  const field = useRef<EventTarget | null>(null)
  useEffect(() => {
    const onInput = (event: Event) => {
      field.current = event.target
    }
    const onFocus = () => {
      field.current = null
    }
    addEventListener('input', onInput, true)
    addEventListener('focusin', onFocus)
    return () => {
      removeEventListener('input', onInput, true)
      removeEventListener('focusin', onFocus)
    }
  }, [])
  return (target) => target !== null && target === field.current
}

/**
 * Whatever stands at the foot of the page (where one writes, or saves) stays in sight and in reach: the toast rises above it. It may outlive
 * that page, as when the chat that was open is deleted.
 */
function useAboveTheFoot(place: { current: HTMLElement | null }, isShown: boolean) {
  const path = usePathname()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another foot, or none
  useLayoutEffect(() => {
    const toast = place.current
    const foot = document.querySelector<HTMLElement>('[data-foot]')
    if (!isShown || !toast || !foot) return
    const rise = () => {
      // It goes before the path tells so, and what is gone stands at the top.
      if (!foot.isConnected) {
        toast.style.bottom = ''
        return
      }
      const { top } = foot.getBoundingClientRect()
      toast.style.bottom = `${Math.max(0, innerHeight - top) + GAP_PX}px`
    }
    rise()
    const sizes = new ResizeObserver(rise)
    sizes.observe(foot)
    sizes.observe(document.documentElement)
    return () => {
      sizes.disconnect()
      toast.style.bottom = ''
    }
  }, [place, isShown, path])
}
