import { contentWords, type QuestionWords, sameWord } from './question-words.ts'

/** One that may belong to a question. */
export type Candidate = { id: string; text: string; created_at: number }

/** Of a score that another one has twice over, little is to be expected. */
const worthOfBest = 0.5

/**
 * Those of the candidates that belong to a question, the best first. A word in common is enough where the question is short; the longer
 * it is, the more of them there must be, for a long text shares some word with everything.
 */
export function rankMemories(question: QuestionWords, candidates: readonly Candidate[]): Candidate[] {
  const { words, pieces } = question
  const needed = words.length <= 6 ? 1 : words.length <= 16 ? 2 : 3
  const matches = candidates.map((candidate) => {
    const own = contentWords(candidate.text)
    const inWords = words.filter((word) => own.some((each) => sameWord(each, word)))
    const inPieces = pieces.filter((piece) => candidate.text.includes(piece))
    // All that a short memory says, said in a long question, is more than a chance.
    const isCovered = own.length > 0 && inWords.length >= own.length / 2
    const belongs = inWords.length >= needed || (inWords.length > 0 && isCovered)
    return { candidate, found: belongs || inPieces.length > 0 ? [...inWords, ...inPieces] : [] }
  })
  const counts = new Map<string, number>()
  for (const { found } of matches) for (const word of found) counts.set(word, (counts.get(word) ?? 0) + 1)
  // What many memories say tells them apart less.
  const weight = (word: string) => Math.log(1 + candidates.length / (counts.get(word) ?? 1))
  const scored = matches
    .filter(({ found }) => found.length > 0)
    .map(({ candidate, found }) => ({ candidate, score: found.reduce((sum, each) => sum + weight(each), 0) }))
    .toSorted((one, other) => other.score - one.score || other.candidate.created_at - one.candidate.created_at)
  const least = (scored[0]?.score ?? 0) * worthOfBest
  return scored.filter(({ score }) => score >= least).map(({ candidate }) => candidate)
}

const aboutMe =
  /\b(remember|recall|know|told|tell|said|say|weisst|erinnerst|gesagt|erzahlt|sais|souviens|dit|sabes|recuerdas|dije|ricordi|detto)\b/
const me = /\b(me|my|myself|i|mich|mir|mein\w*|ich|moi|mon|ma|mes|je|mi|mis|yo|mio|mia)\b/

/** Whether a question asks for what is remembered, and for nothing in particular: "What do you know about me?" */
export function asksForAll(folded: string, { words, pieces }: QuestionWords): boolean {
  const text = folded.slice(0, 300)
  return words.length === 0 && pieces.length === 0 && aboutMe.test(text) && me.test(text)
}
