import { type DocumentAnswer, type DocumentRequest, PartCollector } from '../document-part.ts'
import { attribute, type OfficePackage } from './office-package.ts'
import { paragraphsOf } from './paragraphs-of.ts'

/** The text of a PPTX by its slides, in their order, with the notes below each. */
export async function readPresentation(
  office: OfficePackage,
  main: string,
  request: DocumentRequest,
): Promise<DocumentAnswer> {
  const relations = await office.relations(main)
  const slides: string[] = []
  await office.read(main, {
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
    const [notes] = await office.related(slide, 'notesSlide')
    const spoken = notes !== undefined && office.has(notes) ? await paragraphsOf(office, notes) : ''
    parts.add([await paragraphsOf(office, slide), ...(spoken === '' ? [] : [`Notes: ${spoken}`])].join('\n'))
  }
  return parts.answer('slide', slides.length)
}
