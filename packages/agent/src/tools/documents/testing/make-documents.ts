import { crc32, deflateRawSync } from 'node:zlib'

/** A zip of deflated entries, as Office writes it. `claim`: the size that the archive says of each, whatever comes out. */
export function makeZip(entries: Record<string, string | Buffer>, claim?: number): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(entries)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const sizes = (into: Buffer, at: number) => {
      into.writeUInt32LE(crc32(bytes), at)
      into.writeUInt32LE(packed.length, at + 4)
      into.writeUInt32LE(claim ?? bytes.length, at + 8)
      into.writeUInt16LE(Buffer.byteLength(name), at + 12)
    }
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(8, 8)
    sizes(local, 14)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50)
    entry.writeUInt16LE(20, 4)
    entry.writeUInt16LE(20, 6)
    entry.writeUInt16LE(8, 10)
    sizes(entry, 16)
    entry.writeUInt32LE(offset, 42)
    locals.push(local, Buffer.from(name), packed)
    central.push(entry, Buffer.from(name))
    offset += local.length + Buffer.byteLength(name) + packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(central.length / 2, 8)
  end.writeUInt16LE(central.length / 2, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

/** How each target is related is taken from its name: notesSlide1.xml is a notesSlide. */
const relations = (targets: Record<string, string>) =>
  `<Relationships>${Object.entries(targets)
    .map(([id, target]) => `<Relationship Id="${id}" Type="${typeOf(target)}" Target="${target}"/>`)
    .join('')}</Relationships>`
const typeOf = (target: string) => `http://schema/relationships/${/(\w+?)\d*\.xml$/.exec(target)?.[1] ?? ''}`

/** What makes this entry the main part, whatever its name. */
export const mainPart = (name: string) => ({
  '_rels/.rels': `<Relationships><Relationship Id="m" Type="http://schema/relationships/officeDocument" Target="/${name}"/></Relationships>`,
})

/** A DOCX whose body is this XML. `more`: further entries of its folder, to which it is related. */
export function makeWords(body: string, more: Record<string, string> = {}): Buffer {
  return makeZip({
    '[Content_Types].xml': '<Types/>',
    ...Object.fromEntries(Object.entries(more).map(([name, xml]) => [`word/${name}`, xml])),
    'word/_rels/document.xml.rels': relations(Object.fromEntries(Object.keys(more).map((name) => [name, name]))),
    'word/document.xml': `<?xml version="1.0"?><w:document xmlns:w="w"><w:body>${body}</w:body></w:document>`,
  })
}

export const paragraph = (text: string) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`

/** An XLSX of one sheet. Its styles are these formats, counted from 1; `settings` stands before its sheets. */
export function makeSheet(
  name: string,
  rows: string,
  strings: string[] = [],
  { formats = ['yyyy\\-mm\\-dd'], settings = '' } = {},
): Buffer {
  return makeZip({
    'xl/workbook.xml': `<workbook xmlns:r="r">${settings}<sheets><sheet name="${name}" r:id="a"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations({ a: 'worksheets/sheet1.xml' }),
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
    'xl/sharedStrings.xml': `<sst>${strings.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
    'xl/styles.xml': `<styleSheet><numFmts>${formats
      .map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
      .join('')}</numFmts><cellXfs><xf numFmtId="0"/>${formats
      .map((_, at) => `<xf numFmtId="${164 + at}"/>`)
      .join('')}</cellXfs></styleSheet>`,
  })
}

/** A PPTX with these texts, one a slide, the last one first in the archive. The first has `chart`; the slide number `hidden` is not shown. */
export function makeSlides(texts: string[], { chart, hidden }: { chart?: string; hidden?: number } = {}): Buffer {
  const slides = texts.map((text, at) => [
    `ppt/slides/slide${at + 1}.xml`,
    `<p:sld xmlns:p="p" xmlns:a="a"${at + 1 === hidden ? ' show="0"' : ''}><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:sld>`,
  ])
  return makeZip({
    ...Object.fromEntries(slides.toReversed()),
    'ppt/presentation.xml': `<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>${texts
      .map((_, at) => `<p:sldId id="${256 + at}" r:id="r${at}"/>`)
      .join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relations(
      Object.fromEntries(texts.map((_, at) => [`r${at}`, `slides/slide${at + 1}.xml`])),
    ),
    'ppt/slides/_rels/slide1.xml.rels': relations({
      n: '../notesSlides/notesSlide1.xml',
      ...(chart !== undefined && { c: '../charts/chart1.xml' }),
    }),
    ...(chart !== undefined && { 'ppt/charts/chart1.xml': chart }),
    'ppt/notesSlides/notesSlide1.xml':
      '<p:notes xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>Say hello</a:t></a:r></a:p></p:notes>',
  })
}

/** A PDF of as many pages as there are texts. `extra` goes into its trailer. */
export function makePdf(texts: readonly string[], extra = ''): Buffer<ArrayBuffer> {
  const pages = texts.map((_, at) => `${4 + at * 2} 0 R`)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.join(' ')}] /Count ${texts.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...texts.flatMap((text, at) => {
      const content = `BT /F1 12 Tf 72 700 Td (${text}) Tj ET`
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + at * 2} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ]
    }),
  ]
  let body = '%PDF-1.4\n'
  const offsets = objects.map((object, at) => {
    const offset = body.length
    body += `${at + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  return Buffer.from(
    `${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${extra} >>\nstartxref\n${body.length}\n%%EOF\n`,
    'latin1',
  )
}
