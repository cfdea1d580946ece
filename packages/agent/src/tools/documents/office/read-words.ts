import { type DocumentAnswer, type DocumentRequest, PartCollector } from '../document-part.ts'
import { attribute, type OfficePackage, stop } from './office-package.ts'

/** A document that does not say where its pages end is read in parts of about so many characters. */
const partCharacters = 4_000

/** The text of a DOCX: paragraphs, and the rows of tables as one line each. What fields, comments and macros hold is left out. */
export async function readWords(office: OfficePackage, request: DocumentRequest): Promise<DocumentAnswer> {
  const hasPages = await saysItsPages(office)
  const parts = new PartCollector(request)
  let page = ''
  let paragraph = ''
  let isText = false
  let cellsDeep = 0
  const turn = () => {
    parts.add(page.trim())
    page = ''
  }
  await office.read('word/document.xml', {
    open(name, tag) {
      if (name === 't') isText = true
      else if (name === 'tab') paragraph += '\t'
      else if (name === 'tc') cellsDeep += 1
      else if (name === 'lastRenderedPageBreak' && hasPages) {
        page += paragraph
        paragraph = ''
        turn()
      } else if (name === 'br' && attribute(tag, 'type') !== 'page') paragraph += '\n'
    },
    text(text) {
      if (isText) paragraph += text
    },
    close(name) {
      if (name === 't') isText = false
      else if (name === 'tc') {
        cellsDeep -= 1
        page += '\t'
      } else if (name === 'tr') page = `${page.replace(/\t$/, '')}\n`
      else if (name === 'p') {
        page += cellsDeep > 0 ? `${paragraph} ` : `${paragraph}\n`
        paragraph = ''
        if (!hasPages && page.length >= partCharacters) turn()
      }
    },
  })
  if (page.trim() !== '' || paragraph !== '') turn()
  return parts.answer(hasPages ? 'page' : 'part')
}

async function saysItsPages(office: OfficePackage): Promise<boolean> {
  let found = false
  await office.read('word/document.xml', {
    open(name) {
      if (name !== 'lastRenderedPageBreak') return
      found = true
      stop()
    },
  })
  return found
}
