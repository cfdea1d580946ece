import type { Message } from '@reynard/protocol'

/** About how high a turn will stand, in px, before it was ever rendered. Near enough that the scroll bar does not lie. */
export function estimateTurnHeight(message: Message | undefined, viewportWidth: number): number {
  if (!message) return 0
  const column = Math.min(720, Math.max(280, viewportWidth - 48))
  const isQuestion = message.role === 'user'
  const perLine = (isQuestion ? column * 0.8 : column) / 7.6
  let lines = 0
  for (const line of message.text.split('\n')) lines += line === '' ? 0.5 : Math.ceil(line.length / perLine)
  return Math.round(isQuestion ? 58 + lines * 25 : 78 + lines * 27)
}
