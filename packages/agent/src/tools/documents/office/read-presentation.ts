import { type DocumentAnswer, type DocumentRequest, PartCollector } from '../document-part.ts'
import { attribute, type OfficePackage } from './office-package.ts'

/** The text of a PPTX by its slides, in their order, with the notes below each. */
export async function readPresentation(office: OfficePackage, request: DocumentRequest): Promise<DocumentAnswer> {
  const relations = await office.relations('ppt/presentation.xml')
  const slides: string[] = []
  await office.read('ppt/presentation.xml', {
    open(name, tag) {
      // Beside its own number a slide has the id of its entry, which is the one with a prefix.
      const id = name === 'sldId' ? (tag.attributes['r:id'] ?? attribute(tag, 'embed')) : undefined
      const target = id === undefined ? undefined : relations.get(id)
      if (target !== undefined) slides.push(target)
    },
  })
  const parts = new PartCollector(request)
  for (const slide of slides) {
    if (parts.skipsNext) {
      parts.add('')
      continue
    }
    const notes = [...(await office.relations(slide)).values()].find((name) => name.includes('notesSlides/'))
    const spoken = notes !== undefined && office.has(notes) ? await paragraphsOf(office, notes) : ''
    parts.add([await paragraphsOf(office, slide), ...(spoken === '' ? [] : [`Notes: ${spoken}`])].join('\n'))
  }
  return parts.answer('slide', slides.length)
}

async function paragraphsOf(office: OfficePackage, name: string): Promise<string> {
  let text = ''
  let isText = false
  await office.read(name, {
    open(tag) {
      if (tag === 't') isText = true
      else if (tag === 'br') text += '\n'
    },
    text(part) {
      if (isText) text += part
    },
    close(tag) {
      if (tag === 't') isText = false
      else if (tag === 'p') text += '\n'
    },
  })
  return text.replaceAll(/\n{2,}/g, '\n').trim()
}
