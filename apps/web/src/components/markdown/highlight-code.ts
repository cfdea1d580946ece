import type { HLJSApi } from 'highlight.js'
import { findLanguage } from './languages.ts'

/** Longer code stays plain: colouring it would hold up the page for longer than colours are worth. */
const MOST_CHARACTERS = 40_000
const MOST_KEPT = 200

const done = new Map<string, string>()
let core: Promise<HLJSApi> | null = null
const keyOf = (language: string, code: string) => `${language}\n${code}`

/** What was highlighted before, at once: a block that scrolls back in does not flash. */
export const highlightedBefore = (language: string, code: string): string | null =>
  done.get(keyOf(language, code)) ?? null

/**
 * Code as escaped HTML with classes of highlight.js, made while the page has nothing else to do; null where the language is unknown or
 * the code too long.
 */
export async function highlightCode(language: string, code: string): Promise<string | null> {
  const found = findLanguage(language)
  if (found === null || code.length > MOST_CHARACTERS) return null
  core ??= import('highlight.js/lib/core').then((module) => module.default)
  const [hljs, grammar] = await Promise.all([core, found.load()])
  if (!hljs.getLanguage(found.id)) hljs.registerLanguage(found.id, grammar.default)
  await idle()
  const html = hljs.highlight(code, { language: found.id, ignoreIllegals: true }).value
  done.set(keyOf(language, code), html)
  if (done.size > MOST_KEPT) done.delete(done.keys().next().value ?? '')
  return html
}

function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    // Safari has no idle callback; a task of its own at least lets the frame be painted first.
    if (typeof requestIdleCallback === 'function') requestIdleCallback(resolve, { timeout: 300 })
    else setTimeout(resolve, 0)
  })
}
