import { runAgent } from '../run-agent.ts'
import type { Turn, TurnPart } from './turn.ts'

/**
 * Runs a turn: the model answers or calls tools, results go back to it, until it answers or a bound is reached.
 * Without tools of ours it is `runAgent` itself, and costs no more per token.
 */
export function runTurn(turn: Turn): AsyncGenerator<TurnPart, void, void> {
  return runAgent(turn)
}
