const MOST_ROWS = 2_000
const MOST_COLUMNS = 100

/** Separated values by RFC 4180: quoted cells may hold separators, quotes and line ends. At most 2,000 rows of 100 columns are read. */
export function parseCsv(source: string, separator: ',' | ';' | '\t'): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  const endCell = () => {
    if (row.length < MOST_COLUMNS) row.push(cell)
    cell = ''
  }
  const endRow = () => {
    endCell()
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  for (let at = 0; at < source.length && rows.length < MOST_ROWS; at++) {
    const character = source[at]!
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (source[at + 1] === '"') cell += source[at++]
      else isQuoted = false
    } else if (character === '"' && cell === '') isQuoted = true
    else if (character === separator) endCell()
    else if (character === '\n') endRow()
    else if (character !== '\r') cell += character
  }
  if (rows.length < MOST_ROWS && (cell !== '' || row.length > 0)) endRow()
  return rows
}

/** The separator of a file that is called CSV: the one that its first line has most of. */
export function separatorOf(source: string): ',' | ';' | '\t' {
  const line = source.slice(0, source.indexOf('\n') + 1 || undefined)
  const count = (separator: string) => line.split(separator).length
  if (count('\t') > count(',') && count('\t') > count(';')) return '\t'
  return count(';') > count(',') ? ';' : ','
}
