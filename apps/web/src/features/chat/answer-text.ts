import type { Message, RunView } from '@reynard/protocol'
import { trailPieces } from './trail/trail-pieces.ts'

/** An answer as one would copy it: all generations joined. What stands between calls makes paragraphs of its own. */
export function answerText(message: Message): string {
  return message.runs.length === 0 ? message.text : message.runs.map(runText).join('')
}

/** What one generation wrote, without its calls. */
export function runText(run: RunView): string {
  if (run.toolCalls.length === 0) return run.text
  return trailPieces(run)
    .flatMap((piece) => (piece.kind === 'text' ? piece.text.trim() : []))
    .join('\n\n')
}
