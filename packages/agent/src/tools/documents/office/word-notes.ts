import { attribute, type OfficePackage } from './office-package.ts'
import { withoutDoubles } from './one-alternative.ts'
import { signs } from './paragraphs-of.ts'

type NoteKind = 'footnote' | 'endnote'

/** Footnotes and endnotes of a DOCX: marked where the text speaks of them, and given once, below the page that does so first. */
export class WordNotes {
  readonly #texts = new Map<string, string>()
  readonly #numbers = new Map<string, number>()
  readonly #counts = { footnote: 0, endnote: 0 }
  #waiting: string[] = []

  static async read(office: OfficePackage, document: string): Promise<WordNotes> {
    const notes = new WordNotes()
    for (const kind of ['footnote', 'endnote'] as const) {
      const [entry] = await office.related(document, `${kind}s`)
      if (entry !== undefined && office.has(entry)) await notes.#add(office, entry, kind)
    }
    return notes
  }

  async #add(office: OfficePackage, entry: string, kind: NoteKind): Promise<void> {
    let id: string | null = null
    let text = ''
    let isText = false
    await office.read(
      entry,
      withoutDoubles({
        open(name, tag) {
          // Lines between text and notes are kept as notes of another type.
          if (name === kind) id = /separator|notice/i.test(attribute(tag, 'type') ?? '') ? null : keyOf(kind, tag)
          else if (name === 't') isText = true
          else text += name === 'br' ? ' ' : (signs[name] ?? '')
        },
        text(part) {
          if (isText) text += part
        },
        close: (name) => {
          if (name === 't') isText = false
          else if (name === 'p') text += ' '
          else if (name === kind) {
            if (id !== null) this.#texts.set(id, text.trim())
            text = ''
          }
        },
      }),
    )
  }

  /** What stands in the text for an element that refers to a note; empty for any other. */
  mark(name: string, tag: Parameters<typeof attribute>[0]): string {
    const kind = name === 'footnoteReference' ? 'footnote' : name === 'endnoteReference' ? 'endnote' : null
    const key = kind === null ? '' : keyOf(kind, tag)
    const text = this.#texts.get(key)
    if (kind === null || text === undefined) return ''
    const known = this.#numbers.get(key)
    const number = known ?? ++this.#counts[kind]
    const mark = `[${kind} ${number}]`
    // Given once: a document that refers to one note a million times would grow without end.
    if (known === undefined) this.#waiting.push(`${mark} ${text}`)
    this.#numbers.set(key, number)
    return mark
  }

  /** The notes that were marked since it was last asked, as lines. */
  take(): string {
    const lines = this.#waiting
    this.#waiting = []
    return lines.join('\n')
  }
}

const keyOf = (kind: NoteKind, tag: Parameters<typeof attribute>[0]) => `${kind} ${attribute(tag, 'id') ?? ''}`
