/** What a question speaks of. `beginnings`: its words without endings, for an index; `pieces`: pairs of signs of scripts without spaces. */
export type QuestionWords = { words: string[]; beginnings: string[]; pieces: string[] }

const word = /[\p{L}\p{N}\p{M}]+/gu
const withoutSpaces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]{2,}/gu
/** A pasted book says no more of what is asked than its beginning. */
const mostCharacters = 8_000
const mostWords = 40
const mostPieces = 16

/**
 * Words that say nothing of what a question is about, in the languages that most questions come in: of grammar, of asking, and of time.
 * Without accents, as `fold` leaves them.
 */
const empty = new Set(
  [
    'a about after again all also always am an and any anything are as asked at be because been before being between both but by came can could did do does doing done down each ever every few find first for from get give go got had has have having he hello help her here hers hi him his how i if in into is it its just know last let like look made make many may maybe me mean might mine more most much must my need never new next no nor not nothing now of off ok okay on once one only or other our out over own please really recall remember remind s said same say see shall she should show since so some something still such sure t take tell than thank thanks that the their them then there these they thing things think this those time to today told tomorrow too two under until up upon us use used using very want was way we week well went were what when where which while who whom whose why will with without work works would write yes yesterday yet you your yours day days weeks month months year years ago earlier explain',
    'aber alle als also am an auch auf aus bei bin bis bist bitte da dann das dass dein deine dem den denn der des dich die dir doch du durch ein eine einem einen einer eines er es etwas fur gestern gib hab habe haben habt hallo hast hat hatte heute hier hilf ich ihm ihn ihr im in ist ja jede jeder kann kannst kein keine konnen letzte letzten letzter mach man mehr mein meine meinem meinen meiner mich mir mit morgen muss nach nicht noch nun nur ob oder ohne sag sage schon schreib sehr sein seine sich sie sind so soll uber um und uns unser unter vom von vor war waren was weil weiss weisst welche welcher wenn wer werden wie will wir wird wo woche wochen woran zu zum zur gesagt erzahlt erinnere erinnerst jahr monat tag zeig',
    'ai as au aux avec avez avons ce ces cet cette ceux dans de des dit du elle elles en encore est et etait etre eux fait hier il ils j je jour l la le les leur lui m ma mais me meme mes mois moi mon n ne nos notre nous on ont ou par pas plus pour qu que quel quelle quelles qui quoi sa sans se semaine ses si son sont sur t ta te tes toi ton tu un une votre vous y derniere dernier rappelle souviens sais peux aujourd hui',
    'al algo ante antes ayer como con contra cual cuando del desde donde dos dije el ella ellas ellos en entre era eres es esa ese eso esta estaba estan este esto fue ha hace han hay hola hoy la las lo los mas me mi mis mucho muy nada no nos o para pero por porque que quien recuerdas sabes se semana ser si sin sobre son soy su sus tambien te tengo ti tiene todo tu tus un una uno unos y ya yo pasada',
    'alla che chi ci come con cosa da dal del della di dove e ed ero gli ha hai ho i il io la le lei lo lui ma mi mia mio ne nel nella no non o per perche piu quando quale se sei si sono su sua suo ti tu un una uno settimana scorsa ricordi detto',
    'aan al als bij dan dat de deze die dit doe door een en er had hebben heeft hem het hij hoe hun ik in is ja je jij kan maar me meer met mij mijn na naar niet nog nu of om onder ons ook op over te tegen toch toen tot uit van veel voor waar wat we wel werd wie wij wil worden zal ze zich zij zijn zo zonder zou',
    'ao aos as ate com como da das de dela dele do dos e ela ele em entre era essa esse esta este eu foi ha isso ja lhe mais mas me meu meus minha muito na nao nas nem no nos o os ou para pela pelo por qual quando que quem se sem ser seu sua so tambem te tem um uma voce',
  ].flatMap((list) => list.split(' ')),
)

/** Lower case, without accents. */
export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
}

/** Cuts a question into what it is about. Nothing is left of one that is made of empty words. */
export function questionWords(question: string): QuestionWords {
  const text = question.slice(0, mostCharacters).normalize('NFC')
  const pieces = new Set<string>()
  for (const [run] of text.matchAll(withoutSpaces)) {
    const signs = [...run]
    for (let i = 0; i + 1 < signs.length && pieces.size < mostPieces; i += 1) pieces.add(signs[i]! + signs[i + 1]!)
  }
  const words = new Map<string, string>()
  for (const [typed] of text.replaceAll(withoutSpaces, ' ').matchAll(word)) {
    const folded = fold(typed)
    if (folded === '' || isEmpty(folded) || words.size >= mostWords) continue
    words.set(folded, beginningOf(typed))
  }
  return { words: [...words.keys()], beginnings: [...new Set(words.values())], pieces: [...pieces] }
}

/** What a memory speaks of, to be held against a question. */
export function contentWords(text: string): string[] {
  return [...new Set((text.match(word) ?? []).map(fold).filter((each) => each !== '' && !isEmpty(each)))]
}

/** Whether two words are one in different forms: project and projects, Foxglove and Foxgloves. Both folded. */
export function sameWord(one: string, other: string): boolean {
  if (one === other) return true
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  if (short.length < 4) return short.length === 3 && long === `${short}s`
  const stem = stemOf(short)
  return (long.startsWith(stem) && long.length - stem.length <= 3) || haveOneRoot(short, long)
}

const longRoot = 6
const ending = /^(?:|s|es|e|y|ies|ic|ics|al|ed|ing|er|ers)$/

/** Whether two words are a long root with two of the common endings: allergic and allergies. Of short roots too many are chance. */
function haveOneRoot(one: string, other: string): boolean {
  let shared = 0
  while (shared < one.length && one[shared] === other[shared]) shared += 1
  for (let root = shared; root >= longRoot; root -= 1)
    if (ending.test(one.slice(root)) && ending.test(other.slice(root))) return true
  return false
}

function isEmpty(folded: string): boolean {
  return empty.has(folded) || (folded.length === 1 && !/\p{N}/u.test(folded))
}

/** Without the endings that words of many languages take in the plural and in other forms; never shorter than four letters. */
function stemOf(text: string): string {
  return text.length < 5 ? text : text.replace(/(?<=.{4})(ies|es|en|er|em|s|e|y|n)$/, '')
}

/** Cut further than `stemOf`, since what an index finds is looked at once more. */
function rootOf(text: string): string {
  return stemOf(text).replace(/(?<=.{6})(?:ics?|al|ed|ing|i)$/, '')
}

/** A word as an index looks for it: letters as they were typed, since each database folds them in its own way. */
function beginningOf(typed: string): string {
  const short = typed.slice(0, 60)
  return short.length < 4 || (short.length === 4 && !short.endsWith('s'))
    ? short
    : short.length === 4
      ? short.slice(0, 3)
      : short.slice(0, Math.max(4, rootOf(short.toLowerCase()).length))
}
