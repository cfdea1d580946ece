import { type DocumentAnswer, type DocumentRequest, PartCollector } from '../document-part.ts'
import { attribute, type OfficePackage, stop } from './office-package.ts'
import { withoutDoubles } from './one-alternative.ts'
import { paragraphsOf, signs } from './paragraphs-of.ts'
import { WordNotes } from './word-notes.ts'

/** A document that does not say where its pages end is read in parts of about so many characters. */
const partCharacters = 4_000

/**
 * The text of a DOCX: headers and footers once, before all else; paragraphs, and the rows of tables as one line each; notes below the page
 * that speaks of them. What fields, comments and macros hold is left out.
 */
export async function readWords(
  office: OfficePackage,
  main: string,
  request: DocumentRequest,
): Promise<DocumentAnswer> {
  const hasPages = await saysItsPages(office, main)
  const notes = await WordNotes.read(office, main)
  const parts = new PartCollector(request)
  let page = await marginsOf(office, main)
  /** A text box stands within the paragraph that it hangs on, so more than one may be open. */
  const open: string[] = []
  /** Paragraphs of text boxes, until the paragraph that they hang on has ended. */
  let boxes = ''
  let isText = false
  let cellsDeep = 0
  const write = (text: string) => {
    if (open.length === 0) page += text
    else open[open.length - 1] += text
  }
  const turn = () => {
    parts.add([page.trim(), notes.take()].filter(Boolean).join('\n'))
    page = ''
  }
  await office.read(
    main,
    withoutDoubles({
      open(name, tag) {
        if (name === 't') isText = true
        else if (name === 'p') open.push('')
        else if (name === 'tc') cellsDeep += 1
        else if (name === 'lastRenderedPageBreak' && hasPages) {
          page += open.join('')
          open.fill('')
          turn()
        } else if (name === 'br') write(attribute(tag, 'type') === 'page' ? '' : '\n')
        else write(signs[name] ?? notes.mark(name, tag))
      },
      text(text) {
        if (isText) write(text)
      },
      close(name) {
        if (name === 't') isText = false
        else if (name === 'tc') {
          cellsDeep -= 1
          page += '\t'
        } else if (name === 'tr') page = `${page.replace(/\t$/, '')}\n`
        else if (name === 'p') {
          const paragraph = `${open.pop() ?? ''}${cellsDeep > 0 ? ' ' : '\n'}`
          if (open.length > 0) {
            boxes += paragraph
            return
          }
          page += paragraph + boxes
          boxes = ''
          if (!hasPages && page.length >= partCharacters) turn()
        }
      },
    }),
  )
  if (page.trim() !== '') turn()
  return parts.answer(hasPages ? 'page' : 'part')
}

/** Headers and footers that say something, each once. */
async function marginsOf(office: OfficePackage, main: string): Promise<string> {
  const lines = new Set<string>()
  for (const [type, label] of [
    ['header', 'Header'],
    ['footer', 'Footer'],
  ] as const) {
    for (const entry of await office.related(main, type)) {
      const text = office.has(entry) ? (await paragraphsOf(office, entry)).replaceAll(/\s*\n\s*/g, ' | ') : ''
      if (text !== '') lines.add(`[${label}: ${text}]\n`)
    }
  }
  return [...lines].join('')
}

async function saysItsPages(office: OfficePackage, main: string): Promise<boolean> {
  let found = false
  await office.read(main, {
    open(name) {
      if (name !== 'lastRenderedPageBreak') return
      found = true
      stop()
    },
  })
  return found
}
