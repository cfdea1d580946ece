import { afterAll, beforeAll, expect, it } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import { readDocument } from './read-document.ts'
import { mainPart, makePdf, makeSheet, makeSlides, makeWords, makeZip, paragraph } from './testing/make-documents.ts'

const kit: ToolKit = await openToolKit()
afterAll(() => kit.close())
beforeAll(async () => {
  // A root server's workspaces belong to the user of its sandboxes.
  if (kit.sandbox.report.levels.L3.available)
    await kit.session.openSandbox({ levels: ['L3'], languages: [] }).run({ level: 'L3', command: 'true' })
})
const isRequired = process.env.SANDBOX_REQUIRED === '1'
const walled = it.runIf(isRequired || kit.sandbox.report.levels.L3.available)

async function read(name: string, bytes: Buffer, range: { from?: number; to?: number } = {}) {
  await kit.workspace.write(name, bytes)
  try {
    return await kit.call(readDocument, { path: name, ...range })
  } finally {
    await kit.workspace.discard(name)
  }
}
const failure = (name: string, bytes: Buffer) =>
  read(name, bytes).then(
    () => 'no failure',
    (error: Error) => error.message,
  )

walled('a PDF is read by its pages, in ranges', async () => {
  const pdf = makePdf(['The fox', 'and the hound', 'go home'])
  const { content } = await read('a.pdf', pdf)
  expect(content).toContain('Page 1 to 3 of 3.')
  expect(content).toContain('[page 2]\nand the hound')
  const second = await read('a.pdf', pdf, { from: 2, to: 2 })
  expect(second.content).toBe('Page 2 of 3.\n[page 2]\nand the hound')
  await expect(read('a.pdf', pdf, { from: 4 })).rejects.toThrow('a.pdf has 3 pages: there is no page 4.')
})

walled(
  'a DOCX is read by the pages that Word has counted, tables by their rows; macros and fields are not text',
  async () => {
    const table = `<w:tbl><w:tr><w:tc>${paragraph('a')}</w:tc><w:tc>${paragraph('b')}</w:tc></w:tr></w:tbl>`
    const field = '<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>'
    const body = `${paragraph('One &amp; two')}${field}${table}<w:p><w:r><w:lastRenderedPageBreak/><w:t>Three</w:t></w:r></w:p>`
    const { content } = await read('a.docx', makeWords(body))
    expect(content).toBe('Page 1 to 2 of 2.\n[page 1]\nOne & two\n\na \tb\n\n[page 2]\nThree')
  },
)

walled(
  'a DOCX is read once: not its text boxes in two ways, not what was moved away, not the stops of its tabs',
  async () => {
    const box = (text: string) => `<w:txbxContent>${paragraph(text)}</w:txbxContent>`
    const boxes = `<mc:AlternateContent><mc:Choice>${box('Boxed')}</mc:Choice><mc:Fallback>${box('Boxed')}</mc:Fallback></mc:AlternateContent>`
    const onlyOld = `<mc:AlternateContent><mc:Fallback>${box('Old')}</mc:Fallback></mc:AlternateContent>`
    const body = [
      `<w:p><w:r><w:t>Before </w:t></w:r><w:r>${boxes}${onlyOld}</w:r><w:r><w:t>after</w:t></w:r></w:p>`,
      '<w:p><w:moveFrom><w:r><w:t>Gone</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>Here</w:t></w:r></w:moveTo></w:p>',
      '<w:p><w:pPr><w:tabs><w:tab/><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r></w:p>',
    ]
    const bytes = makeWords(body.join('').replaceAll('mc:', 'w:'))
    expect((await read('a.docx', bytes)).content).toBe('Part 1 of 1.\n[part 1]\nBefore after\nBoxed\nOld\nHere\na\tb')
  },
)

walled('a DOCX is read with its notes, headers and footers, and the signs that are elements', async () => {
  const note = (id: number, text: string, type = '') =>
    `<w:footnote w:id="${id}"${type}>${paragraph(text)}</w:footnote>`
  const mark = '<w:r><w:footnoteReference w:id="5"/></w:r>'
  const body = [
    `<w:p><w:r><w:t>e</w:t><w:noBreakHyphen/><w:t>mail</w:t></w:r>${mark}${mark}</w:p>`,
    '<w:p><w:r><w:t>End</w:t><w:endnoteReference w:id="1"/></w:r></w:p>',
  ]
  const bytes = makeWords(body.join(''), {
    'footnotes.xml': `<w:footnotes xmlns:w="w">${note(0, 'line', ' w:type="separator"')}${note(5, 'Below')}</w:footnotes>`,
    'endnotes.xml': `<w:endnotes xmlns:w="w"><w:endnote w:id="1">${paragraph('Last')}</w:endnote></w:endnotes>`,
    'header1.xml': `<w:hdr xmlns:w="w">${paragraph('Fox Ltd')}${paragraph('Draft')}</w:hdr>`,
    'header2.xml': '<w:hdr xmlns:w="w"/>',
    'footer1.xml': `<w:ftr xmlns:w="w">${paragraph('Secret')}</w:ftr>`,
  })
  expect((await read('a.docx', bytes)).content).toBe(
    'Part 1 of 1.\n[part 1]\n[Header: Fox Ltd | Draft]\n[Footer: Secret]\ne-mail[footnote 1][footnote 1]\nEnd[endnote 1]\n[footnote 1] Below\n[endnote 1] Last',
  )
})

walled('an Office file begins where its own relations say', async () => {
  const words = makeZip({
    ...mainPart('word/document2.xml'),
    'word/document2.xml': `<w:document xmlns:w="w">${paragraph('Second')}</w:document>`,
  })
  expect((await read('a.docx', words)).content).toContain('[part 1]\nSecond')
  const sheets = makeZip({
    ...mainPart('xl/book.xml'),
    'xl/book.xml': '<workbook xmlns:r="r"><sheets><sheet name="A" r:id="a"/></sheets></workbook>',
    'xl/_rels/book.xml.rels':
      '<Relationships><Relationship Id="a" Target="s.xml"/><Relationship Id="b" Type="x/sharedStrings" Target="words.xml"/></Relationships>',
    'xl/words.xml': '<sst><si><t>Named</t></si></sst>',
    'xl/s.xml': '<worksheet><row r="1"><c r="A1" t="s"><v>0</v></c></row></worksheet>',
  })
  expect((await read('a.xlsx', sheets)).content).toContain('\nNamed')
  expect(await failure('a.xlsb', makeZip({ ...mainPart('xl/workbook.bin'), 'xl/workbook.bin': 'x' }))).toMatch(/no PDF/)
})

walled('an XLSX is read by its sheets and rows, with dates as dates', async () => {
  const rows =
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>later</t></is></c></row>' +
    '<row r="3"><c r="A3" s="1"><v>45292</v></c><c r="B3"><f>1+1</f><v>2</v></c><c r="C3" t="b"><v>1</v></c></row>'
  const { content } = await read('a.xlsx', makeSheet('Sales', rows, ['Month']))
  expect(content).toBe('Part 1 of 1.\n[part 1: sheet “Sales”, rows 1 to 3]\nMonth\t\tlater\n2024-01-01\t2\tTRUE')
})

walled('an XLSX says which formulas nobody calculated, and which sheet is hidden', async () => {
  const rows =
    '<row r="1"><c r="A1"><f>SUM(B1:B9)</f></c><c r="B1" t="str"><f>""</f><v></v></c><c r="C1"><v>1</v></c></row>'
  const { content } = await read('a.xlsx', makeSheet('Pay" state="veryHidden', rows))
  expect(content).toContain('[part 1: sheet “Pay” (hidden), rows 1 to 1]\n[not calculated: =SUM(B1:B9)]\t\t1')
})

walled('numbers of an XLSX are dates, durations or numbers as Excel shows them', async () => {
  const formats = ['yyyy-mm-dd', '[h]:mm:ss', '0_h', '*d0', '"days: "0', '[Red]dd/mm/yy']
  const cells = (...values: [style: number, value: string][]) =>
    `<row r="1">${values.map(([style, value]) => `<c s="${style}"><v>${value}</v></c>`).join('')}</row>`
  const read1900 = makeSheet('A', cells([1, '46085'], [2, '1.5'], [3, '12'], [4, '7'], [5, '3'], [6, '1']), [], {
    formats,
  })
  expect((await read('a.xlsx', read1900)).content).toContain('\n2026-03-04\t36:00:00\t12\t7\t3\t1900-01-01')
  const settings = '<workbookPr date1904="1"/>'
  const read1904 = makeSheet('A', cells([1, '44623'], [2, '-0.5']), [], { formats, settings })
  expect((await read('a.xlsx', read1904)).content).toContain('\n2026-03-04\t-12:00:00')
})

walled('a PPTX is read by its slides in their order, with their notes', async () => {
  const { content } = await read('a.pptx', makeSlides(['First', 'Second']))
  expect(content).toBe('Slide 1 to 2 of 2.\n[slide 1]\nFirst\nNotes: Say hello\n\n[slide 2]\nSecond')
})

walled('a PPTX tells what its charts show, and which slide is hidden', async () => {
  const v = (...values: string[]) => values.map((value) => `<c:pt><c:v>${value}</c:v></c:pt>`).join('')
  const chart = `<c:chartSpace><c:title><c:tx><c:rich><a:p><a:r><a:t>Revenue</a:t></a:r></a:p></c:rich></c:tx></c:title>
    <c:ser><c:tx><c:strRef><c:strCache>${v('2026')}</c:strCache></c:strRef></c:tx>
    <c:cat><c:strRef><c:strCache>${v('Q1', 'Q2')}</c:strCache></c:strRef></c:cat>
    <c:val><c:numRef><c:numCache>${v('3', '4.5')}</c:numCache></c:numRef></c:val></c:ser></c:chartSpace>`
  const { content } = await read('a.pptx', makeSlides(['First', 'Second'], { chart, hidden: 2 }))
  expect(content).toContain('[slide 1]\nFirst\nChart: Revenue\n2026: Q1: 3, Q2: 4.5\nNotes: Say hello')
  expect(content).toContain('[slide 2]\n[This slide is hidden when it is shown.]\nSecond')
})

walled('a long document comes in ranges, and says how to read on', async () => {
  const pdf = makePdf(Array.from({ length: 400 }, (_, at) => `${at + 1} ${'word '.repeat(40)}`))
  const { content, truncated } = await read('long.pdf', pdf)
  const [, last] = /^Page 1 to (\d+) of 400\. Read on with from = (\d+)\./.exec(content) ?? []
  expect(Number(last)).toBeGreaterThan(100)
  expect(content).toContain(`[page ${last}]\n${last} word`)
  expect(truncated).toBe(true)
})

const bomb = 'x'.repeat(300 * 1024 * 1024)
const laughs = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>${paragraph('&b;')}`

walled.each([
  ['words.txt', () => Buffer.from('only words'), /it is no PDF/],
  ['old.doc', () => Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1'), /old kind, or locked/],
  ['plain.zip', () => makeZip({ 'a.txt': 'a' }), /it is no PDF/],
  ['cut.docx', () => makeWords(paragraph('a')).subarray(0, 150), /damaged or incomplete/],
  ['cut.pdf', () => Buffer.from('%PDF-1.7\n1 0 obj\n<<'), /damaged or incomplete/],
  [
    'locked.pdf',
    () => {
      const key = `<${'41'.repeat(32)}>`
      return makePdf(['a'], `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${key} /U ${key} /P -4 >> /ID [<41> <41>]`)
    },
    /locked with a password/,
  ],
  ['bomb.docx', () => makeWords(bomb), /unpacks to more than can be read|more memory or time/],
  ['lying.docx', () => makeZip({ 'word/document.xml': bomb }, 1000), /damaged or incomplete/],
  ['laughs.docx', () => makeWords(laughs), /damaged or incomplete/],
  ['rels.docx', () => makeZip({ ...mainPart('word/a.xml'), 'word/a.xml': laughs }), /damaged or incomplete/],
  ['entity.docx', () => makeWords(paragraph('&unknown;')), /damaged or incomplete/],
  ['open.docx', () => makeWords('<w:p>'), /damaged or incomplete/],
])('what can not be read is said in a sentence: %s', async (name, make, words) => {
  expect(await failure(name, make())).toMatch(words)
})

walled('ten thousand pages are not looked at for one', async () => {
  const pdf = makePdf(Array.from({ length: 3_000 }, (_, at) => `Page ${at + 1}`))
  expect((await read('huge.pdf', pdf, { from: 2_999, to: 2_999 })).content).toContain('Page 2999')
})

it('what is not there, or outside, is refused before anything runs', async () => {
  await expect(kit.call(readDocument, { path: 'gone.pdf' })).rejects.toMatchObject({ code: 'not-found' })
  await expect(kit.call(readDocument, { path: '../beside/a.pdf' })).rejects.toMatchObject({ code: 'bad-path' })
})
