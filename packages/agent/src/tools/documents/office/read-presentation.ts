import { type DocumentAnswer, type DocumentRequest, PartCollector } from '../document-part.ts'
import { attribute, type OfficePackage, stop } from './office-package.ts'
import { paragraphsOf } from './paragraphs-of.ts'
import { readChart } from './read-chart.ts'

/** The text of a PPTX by its slides, in their order, with the charts and notes below each. */
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
    const drawn = []
    for (const chart of await office.related(slide, 'chart')) {
      const text = office.has(chart) ? await readChart(office, chart) : ''
      if (text !== '') drawn.push(text)
    }
    parts.add(
      [
        ...((await isHidden(office, slide)) ? ['[This slide is hidden when it is shown.]'] : []),
        await paragraphsOf(office, slide),
        ...drawn,
        ...(spoken === '' ? [] : [`Notes: ${spoken}`]),
      ].join('\n'),
    )
  }
  return parts.answer('slide', slides.length)
}

async function isHidden(office: OfficePackage, slide: string): Promise<boolean> {
  let hidden = false
  await office.read(slide, {
    open(name, tag) {
      if (name === 'sld') hidden = /^(?:0|false)$/.test(attribute(tag, 'show') ?? '')
      stop()
    },
  })
  return hidden
}
