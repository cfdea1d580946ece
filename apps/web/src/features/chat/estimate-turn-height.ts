import type { Message } from '@reynard/protocol'
import { FOLDED_HEIGHT, isLongQuestion } from './long-question.tsx'

/** Asked for every turn whenever one changes its height, so each text is gone through only once per width. */
const known = new WeakMap<Message, { column: number; height: number }>()

/** About how high a turn will stand, in px, before it was ever rendered. Near enough that the scroll bar does not lie. */
export function estimateTurnHeight(message: Message | undefined, viewportWidth: number): number {
  if (!message) return 0
  const column = Math.min(720, Math.max(280, viewportWidth - 48))
  const before = known.get(message)
  if (before?.column === column) return before.height
  const isQuestion = message.role === 'user'
  const perLine = (isQuestion ? column * 0.8 : column) / 7.6
  let lines = 0
  for (const line of message.text.split('\n')) lines += line === '' ? 0.5 : Math.ceil(line.length / perLine)
  if (isQuestion && isLongQuestion(message.text)) lines = FOLDED_HEIGHT / 25
  const height = Math.round(
    isQuestion ? 58 + lines * 25 + filesHeight(message) : 98 + lines * 27 + callsHeight(message),
  )
  known.set(message, { column, height })
  return height
}

/** A row for each file, and a picture above it. */
function filesHeight({ attachments = [] }: Message): number {
  return attachments.reduce(
    (height, { kind }) => height + (kind === 'image' ? 222 : 46),
    attachments.length > 0 ? 8 : 0,
  )
}

/** A row for each call, and below it what is open from the start. */
function callsHeight({ runs }: Message): number {
  let height = 0
  for (const { display } of runs.flatMap((run) => run.toolCalls)) {
    height += 40
    if (display?.kind === 'table') height += 86 + Math.min(10, display.rows.length) * 31
    if (display?.kind === 'tests') height += 68 + Math.min(10, display.failed) * 52
    if (display?.kind === 'diffs') height += 52 + display.files.length * 37
    if (display?.kind === 'diff') height += 52 + Math.min(60, display.patch.split('\n').length) * 20
  }
  return height
}
