import { isTyping } from '../../lib/keys.ts'

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), [tabindex="0"]'

/** F6: focus goes to the next region in the page's order (a waiting approval first), Shift F6 to the one before. Answers false without regions. */
export function focusNextRegion(step: 1 | -1): boolean {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.getClientRects().length > 0,
  )
  if (regions.length === 0) return false
  const here = regions.findIndex((region) => region.contains(document.activeElement))
  const waiting = regions.find((region) => region.dataset.region === 'approval')
  const next =
    waiting && here !== regions.indexOf(waiting) ? waiting : regions[(here + step + regions.length) % regions.length]
  focusIn(next!)
  return true
}

/** As long as a page at work may take to bring a turn that is scrolled to. */
const APPROVAL_COMES_MS = 4000
/** The list may draw a row anew while it finds its place: then the focus that it had is lost. Frames. */
const SETTLED = 6

/** The waiting approval takes the focus as soon as it is in the page, and keeps it while the page settles. The person's next key or press ends that. */
export function focusApproval() {
  const until = performance.now() + APPROVAL_COMES_MS
  let held = 0
  let isOver = false
  const giveUp = () => {
    isOver = true
    removeEventListener('keydown', giveUp, true)
    removeEventListener('pointerdown', giveUp, true)
  }
  const look = () => {
    if (isOver) return
    const approval = document.querySelector<HTMLElement>('[data-region="approval"]')
    if (approval?.contains(document.activeElement)) held += 1
    else if (approval) {
      held = 0
      focusIn(approval)
    }
    if (held >= SETTLED || performance.now() > until) giveUp()
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(() => {
    addEventListener('keydown', giveUp, true)
    addEventListener('pointerdown', giveUp, true)
    look()
  })
}

/** The field to write in takes the focus, after whatever lay over the page has given it back. */
export function focusComposer() {
  const focus = () => document.querySelector<HTMLElement>('#main textarea')?.focus()
  requestAnimationFrame(() => requestAnimationFrame(focus))
}

/** An approval itself, where its keys work; else a field first, then the current thing, then the first thing; a region without any takes the focus itself. */
function focusIn(region: HTMLElement) {
  const candidates = [...region.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => element.tabIndex >= 0 && element.getClientRects().length > 0,
  )
  const target =
    (region.dataset.region === 'approval' ? region : undefined) ??
    candidates.find(isTyping) ??
    candidates.find((element) => element.matches('[aria-current="page"]')) ??
    candidates[0] ??
    region
  if (target === region && !region.hasAttribute('tabindex')) region.tabIndex = -1
  target.focus()
}
