import { type Db, listMessages } from '@reynard/db'
import { cleanLine } from '@reynard/protocol'

/** Less than this stands in anything; a message that is shorter has to be quoted whole. Characters. */
const leastCharacters = 8

/** Case, spaces and the signs that models like to write otherwise tell no quote apart. */
function plain(text: string): string {
  return cleanLine(text)
    .toLowerCase()
    .replaceAll(/[’‘`´]/g, "'")
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[–—]/g, '-')
}

/**
 * The newest message that the person wrote in this conversation and in which these words stand; null where none does. What tools,
 * models or files said never counts.
 */
export async function findQuote(db: Db, conversationId: string, quote: string): Promise<string | null> {
  const words = plain(quote).replaceAll(/^["'\s]+|["'\s.…]+$/g, '')
  if (words === '') return null
  const own = (await listMessages(db.kysely, conversationId)).filter(({ role }) => role === 'user')
  const found = own.findLast(({ text }) => {
    const said = plain(text)
    return said.includes(words) && (words.length >= leastCharacters || said.length < 2 * words.length + leastCharacters)
  })
  return found?.id ?? null
}
