import type { LlamaContextSequence, Token } from 'node-llama-cpp'

/**
 * Left to the generation itself: chat wrappers may still change the last few tokens (an opened thought, a call's prefix), and a state
 * that must be shortened again is lost whole in recurrent models.
 */
const keptBack = 16
const firstStep = 64
const largestStep = 512
/** A step should last about this long: what an abort waits for, and what other answers are held up by. Milliseconds. */
const stepMs = 200

/**
 * Evaluates a prompt in steps. llama.cpp cannot be interrupted within an evaluation, and in one piece a long prompt keeps the
 * processor for minutes after its reader has gone.
 */
export async function evaluatePrompt(
  sequence: LlamaContextSequence,
  tokens: Token[],
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> {
  const { firstDifferentIndex } = sequence.compareContextTokens(tokens)
  // Little is new: one evaluation with the generation's own is quicker than two.
  if (tokens.length - firstDifferentIndex <= firstStep) return
  const ahead = tokens.slice(0, tokens.length - keptBack)
  await sequence.adaptStateToTokens(ahead, false)
  let step = firstStep
  for (let at = sequence.nextTokenIndex; at < ahead.length && !signal.aborted; ) {
    const startedAt = performance.now()
    const piece = ahead.slice(at, at + step)
    await sequence.evaluateWithoutGeneratingNewTokens(piece)
    at += piece.length
    onProgress()
    const tookMs = performance.now() - startedAt
    if (tookMs < stepMs / 2) step = Math.min(largestStep, step * 2)
    else if (tookMs > stepMs * 2) step = Math.max(firstStep / 4, Math.floor(step / 2))
  }
}
