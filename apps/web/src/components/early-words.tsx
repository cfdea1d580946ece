'use client'

/** What was typed between a key that opens a search and its code being there. One search opens at a time. */
let words = ''

/** Hands the words over to the field of the search. */
export function takeEarlyWords(): string {
  const taken = words
  words = ''
  return taken
}

/** Stands in the place of a search while its code comes, so that whoever types at once loses nothing. */
export function EarlyWords({ label }: { label: string }) {
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the person asked to write here
      autoFocus
      aria-label={label}
      className="fixed top-0 left-0 opacity-0"
      onChange={(event) => {
        words = event.target.value
      }}
    />
  )
}
