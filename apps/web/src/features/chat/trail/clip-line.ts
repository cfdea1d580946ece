import { toolMessages } from '../../../lib/messages-tools.ts'

/** One line of more characters than this would hold the page up. */
const MOST = 2_000

/** The line as far as it is shown, and how much of it is not. */
export function clipLine(line: string): string {
  return line.length <= MOST ? line : `${line.slice(0, MOST)}… ${toolMessages.moreCharacters(line.length - MOST)}`
}
