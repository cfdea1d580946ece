import { marked } from './marked-calls.ts'
import { type DialectReader, more, no, skipSpace } from './verdict.ts'

const begin = '<|start|>assistant'
const channel = '<|channel|>commentary'
const format = String.raw`\s*(?:<\|constrain\|>)?(?:json)?\s*<\|message\|>\s*(?=\{)`

/** The recipient stands behind the channel, or before it. */
const recipientLast = new RegExp(
  String.raw`^(?:<\|start\|>assistant)?<\|channel\|>commentary to=(?:functions\.)?([\w.-]{1,100})${format}`,
)
const recipientFirst = new RegExp(
  String.raw`^<\|start\|>assistant to=(?:functions\.)?([\w.-]{1,100})\s*<\|channel\|>commentary${format}`,
)

const calls = [
  { opener: `${channel} to=`, head: recipientLast },
  { opener: `${begin}${channel} to=`, head: recipientLast },
  { opener: `${begin} to=`, head: recipientFirst },
].map(({ opener, head }) => ({ opener, read: marked({ open: opener, head, tail: '<|call|>' }) }))

const thought = '<|end|>'

/** What the model thought before a call goes with it: it is no part of the answer. Before anything else it stays as it was written. */
function behindAnalysis(opener: string): DialectReader {
  return (text, final, isTool) => {
    const end = text.indexOf(thought, opener.length)
    if (end < 0) return final ? no : more
    const from = skipSpace(text, end + thought.length)
    const rest = text.slice(from)
    for (const { opener: next, read } of calls) {
      if (rest.startsWith(next)) {
        const found = read(rest, final, isTool)
        return found.kind === 'calls' ? { ...found, length: from + found.length } : found
      }
      if (!final && next.startsWith(rest)) return more
    }
    return no
  }
}

/** How the open models of OpenAI write calls (their "harmony" format), where nobody between the model and us has read them. */
export const harmonyDialects = [
  ...calls,
  ...[`<|channel|>analysis<|message|>`, `${begin}<|channel|>analysis<|message|>`].map((opener) => ({
    opener,
    read: behindAnalysis(opener),
  })),
]
