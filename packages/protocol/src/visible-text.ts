/** What can't be seen: control characters, signs that turn the direction of text, and characters of no width. */
const unseen =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu
const unseenButLines = new RegExp(`(?![\\n\\t])${unseen.source}`, unseen.flags)

/** A text on one line, of which a person reads exactly what is kept. */
export function cleanLine(text: string): string {
  return text.normalize('NFC').toWellFormed().replaceAll(/\s+/g, ' ').replaceAll(unseen, '').trim()
}

/** The same of a text that keeps its lines and tabs. */
export function cleanLines(text: string): string {
  return text.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(unseenButLines, '')
}

/** Whether anything of a text can be seen: joiners, marks that belong to a letter, and blanks of every kind are nothing by themselves. */
export function hasVisible(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replaceAll(/[\p{Default_Ignorable_Code_Point}\u2800\uffa0]/gu, ''))
}

/** Letters of Greek and Cyrillic that look like Latin ones, small. */
const foreign = 'аеорсухіјѕԁԛԝһӏкмтнвαορνικτυɡı'
const latin = 'aeopcyxijsdqwhlkmthbaopviktygi'
const alike = new Map([...foreign].map((letter, at) => [letter, latin.charAt(at)]))

/** What a name looks like at a glance: two names with the same look are taken for each other. Empty where it has neither letter nor digit. */
export function lookOf(name: string): string {
  const letters = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  return [...letters].map((letter) => alike.get(letter) ?? letter).join('')
}
