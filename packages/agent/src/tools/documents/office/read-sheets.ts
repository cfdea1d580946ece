import { type DocumentAnswer, type DocumentRequest, PartCollector } from '../document-part.ts'
import { attribute, type OfficePackage } from './office-package.ts'
import { type DateSystem, readDateStyles, serialDate, serialDuration } from './sheet-dates.ts'

/** A sheet is read in parts of so many rows. */
const rowsPerPart = 200

/** The cells of an XLSX as lines of tabs, sheet by sheet, with the rows in each part's label. Formulas show what they last came to, or that nothing was ever calculated. */
export async function readSheets(
  office: OfficePackage,
  main: string,
  request: DocumentRequest,
): Promise<DocumentAnswer> {
  const relations = await office.relations(main)
  const sheets: { name: string; entry: string; isHidden: boolean }[] = []
  let system: DateSystem = 1900
  await office.read(main, {
    open(name, tag) {
      if (name === 'workbookPr' && /^(?:1|true)$/.test(attribute(tag, 'date1904') ?? '')) system = 1904
      const entry = name === 'sheet' ? relations.get(tag.attributes['r:id'] ?? '') : undefined
      if (entry === undefined) return
      const isHidden = /hidden/i.test(attribute(tag, 'state') ?? '')
      sheets.push({ name: attribute(tag, 'name') ?? '', entry, isHidden })
    },
  })
  const [strings = 'xl/sharedStrings.xml'] = await office.related(main, 'sharedStrings')
  const [styles = 'xl/styles.xml'] = await office.related(main, 'styles')
  const shared = await readStrings(office, strings)
  const dateKind = await readDateStyles(office, styles)
  const parts = new PartCollector(request)
  for (const { name, entry, isHidden } of sheets)
    if (office.has(entry)) await readSheet(office, entry, `sheet “${name}”${isHidden ? ' (hidden)' : ''}`, parts)
  return parts.answer('part')

  async function readSheet(office: OfficePackage, entry: string, sheet: string, parts: PartCollector) {
    let lines: string[] = []
    let first = 0
    let last = 0
    let cells: string[] = []
    let cell = { type: '', style: 0, column: 0 }
    let value = ''
    let isValue = false
    /** Null where the cell has none. */
    let formula: string | null = null
    let isFormula = false
    const turn = () => {
      if (lines.length > 0) parts.add(lines.join('\n'), `${sheet}, rows ${first} to ${last}`)
      lines = []
      first = 0
    }
    await office.read(entry, {
      open(name, tag) {
        if (name === 'row') {
          last = Number(attribute(tag, 'r') ?? last + 1)
          if (first === 0) first = last
          cells = []
        } else if (name === 'c') {
          const column = columnOf(attribute(tag, 'r')) ?? cells.length
          cell = { type: attribute(tag, 't') ?? 'n', style: Number(attribute(tag, 's') ?? 0), column }
          value = ''
          formula = null
        } else if (name === 'f') {
          formula = ''
          isFormula = true
        } else if (name === 'v' || name === 't') isValue = true
      },
      text(text) {
        if (isValue) value += text
        else if (isFormula) formula += text
      },
      close(name) {
        if (name === 'v' || name === 't') isValue = false
        else if (name === 'f') isFormula = false
        else if (name === 'c' && (value !== '' || formula !== null)) {
          // Columns in between are empty; one that claims to be far out would make a line of nothing but tabs.
          while (cells.length < Math.min(cell.column, 1_000)) cells.push('')
          // Only a program that calculates writes down what a formula comes to. A text that is empty was calculated.
          const isLeft = value === '' && cell.type !== 'str'
          cells.push(isLeft ? `[not calculated: =${oneLine(formula ?? '')}]` : shown(cell, value))
        } else if (name === 'row') {
          if (cells.length > 0) lines.push(cells.join('\t'))
          if (lines.length >= rowsPerPart) turn()
        }
      },
    })
    turn()
  }

  function shown({ type, style }: { type: string; style: number }, value: string): string {
    if (type === 's') return oneLine(shared[Number(value)] ?? '')
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE'
    const kind = type === 'n' ? dateKind(style) : null
    if (kind === 'date') return serialDate(Number(value), system) ?? value
    if (kind === 'duration') return serialDuration(Number(value)) ?? value
    return oneLine(value)
  }
}

const oneLine = (text: string) => text.replaceAll(/[\t\n\r]+/g, ' ')

/** The texts that cells name by number. */
async function readStrings(office: OfficePackage, entry: string): Promise<string[]> {
  const strings: string[] = []
  if (!office.has(entry)) return strings
  let text = ''
  let isText = false
  await office.read(entry, {
    open(name) {
      if (name === 'si') text = ''
      else if (name === 't') isText = true
    },
    text(part) {
      if (isText) text += part
    },
    close(name) {
      if (name === 't') isText = false
      else if (name === 'si') strings.push(text)
    },
  })
  return strings
}

/** AB12 is in column 27, counted from 0. */
function columnOf(reference: string | undefined): number | null {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0]
  if (letters === undefined) return null
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1
}
