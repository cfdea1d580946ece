import { readFileSync } from 'node:fs'
import { getDocumentProxy } from 'unpdf'
import { type DocumentAnswer, DocumentRefused, type DocumentRequest, PartCollector } from './document-part.ts'

/** The text of a PDF by its pages. A page that is a picture has none. Only the pages that are asked for are looked at. */
export async function readPdf(request: DocumentRequest): Promise<DocumentAnswer> {
  const pdf = await open(request.path)
  const parts = new PartCollector(request)
  for (let number = 1; number <= pdf.numPages && !parts.isFull; number += 1) {
    if (parts.skipsNext) parts.add('')
    else parts.add(await pageText(pdf, number))
  }
  return parts.answer('page', pdf.numPages)
}

async function open(path: string) {
  try {
    // What it would draw with is not there, and what it would fetch can't be.
    return await getDocumentProxy(new Uint8Array(readFileSync(path)), {
      verbosity: 0,
      disableFontFace: true,
      useSystemFonts: false,
      stopAtErrors: false,
    })
  } catch (cause) {
    const isLocked = cause instanceof Error && cause.name === 'PasswordException'
    throw new DocumentRefused(isLocked ? 'locked' : 'broken', cause)
  }
}

async function pageText(pdf: Awaited<ReturnType<typeof open>>, number: number): Promise<string> {
  try {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent()
    page.cleanup()
    return items
      .map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
      .join('')
      .trim()
  } catch {
    // One broken page is not the end of the others.
    return '[This page is damaged.]'
  }
}
