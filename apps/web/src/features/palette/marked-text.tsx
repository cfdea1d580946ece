import { Fragment } from 'react'

const START = '\u0001'
const END = '\u0002'

/** A search hit's text: what stands between \u0001 and \u0002 is strong with a grey underline. */
export function MarkedText({ text }: { text: string }) {
  return text.split(START).map((part, index) => {
    const [hit, rest] = index === 0 ? [null, part] : splitOnce(part)
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, in place
      <Fragment key={index}>
        {hit !== null && <mark>{hit}</mark>}
        {rest}
      </Fragment>
    )
  })
}

function splitOnce(part: string): [hit: string, rest: string] {
  const end = part.indexOf(END)
  return end < 0 ? [part, ''] : [part.slice(0, end), part.slice(end + 1)]
}

/** What may stand before a hit in one line, in characters: more would push the hit itself out of sight. */
const LEAD = 24

/** A snippet for one line: a few words, then the hit. */
export function fromHitOn(snippet: string): string {
  const hit = snippet.indexOf(START)
  if (hit <= LEAD) return `… ${snippet.replace(/^…/, '')}`
  const lead = snippet.slice(hit - LEAD, hit)
  return `… ${lead.slice(lead.indexOf(' ') + 1)}${snippet.slice(hit)}`
}

/** The same marks around every occurrence of the words in a text of ours. */
export function markWords(text: string, query: string): string {
  const words = query
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  if (words.length === 0) return text
  return text.replace(new RegExp(words.join('|'), 'gi'), (hit) => `${START}${hit}${END}`)
}
