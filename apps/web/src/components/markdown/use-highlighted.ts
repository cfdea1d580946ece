import { useEffect, useState } from 'react'
import { highlightCode, highlightedBefore } from './highlight-code.ts'

/** Code with its colours, as HTML of highlight.js; null while it is plain. `language` null: it stays so. */
export function useHighlighted(language: string | null, code: string): string | null {
  const [made, setMade] = useState<{ code: string; html: string } | null>(null)
  useEffect(() => {
    if (language === null || highlightedBefore(language, code) !== null) return
    let isCurrent = true
    highlightCode(language, code).then(
      (html) => isCurrent && html !== null && setMade({ code, html }),
      // Without its grammar (the server is out of reach) the code stays plain.
      () => {},
    )
    return () => {
      isCurrent = false
    }
  }, [language, code])
  if (language === null) return null
  return made?.code === code ? made.html : highlightedBefore(language, code)
}
