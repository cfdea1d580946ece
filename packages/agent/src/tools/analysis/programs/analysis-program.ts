import { text } from 'node:stream/consumers'
import type { AnalysisAnswer, AnalysisQuestion, Cell } from '../analysis-answer.ts'
import { checkPython } from '../lint/check-python.ts'
import { runOxlint } from '../lint/run-oxlint.ts'
import { apiText } from '../syntax/api-text.ts'
import { isLanguage, languageNames } from '../syntax/languages.ts'
import { measureRows } from '../syntax/measure-rows.ts'
import { outlineRows } from '../syntax/outline-rows.ts'
import { searchRows } from '../syntax/search-rows.ts'
import { type SourceFile, sourceFiles } from '../syntax/source-files.ts'
import { symbolRows } from '../syntax/symbol-rows.ts'

/** Rows that leave the wall; all are counted. */
const mostRows = 20_000
const mostText = 4_000_000

/** Reads the code of a workspace and answers one question about it. It runs behind L3: parsers are native, and the code is an attacker's. */
async function answer(question: AnalysisQuestion): Promise<AnalysisAnswer> {
  const notes = new Set<string>()
  const { path } = question
  const within = { path, leavesOutSecrets: question.leavesOutSecrets }
  switch (question.kind) {
    case 'outline':
      return rowsOf(sourceFiles(within, notes), notes, outlineRows)
    case 'symbol': {
      const rows = rowsOf(
        sourceFiles(within, notes, (language) => language !== 'css' && language !== 'html'),
        notes,
        (file) => symbolRows(file, question.name),
        Number.POSITIVE_INFINITY,
      )
      return cut(rows, (row) => (String(row[1]).startsWith('defines') ? 0 : 1))
    }
    case 'search': {
      const { language, pattern } = question
      if (!isLanguage(language)) return { kind: 'refused', message: `Languages are ${languageNames.join(', ')}.` }
      const files = sourceFiles(
        within,
        notes,
        (each) => each === language || (language === 'typescript' && each === 'tsx'),
      )
      return rowsOf(files, notes, (file) => searchRows(file, pattern))
    }
    case 'measure':
      return cut(
        rowsOf(sourceFiles(within, notes), notes, measureRows, Number.POSITIVE_INFINITY),
        (row) => -Number(row[2]),
      )
    case 'lint': {
      const [scripts, python] = [await runOxlint(within), await checkPython(within, notes)]
      const rows = [...scripts.rows, ...python.rows]
      const files = scripts.files + python.files
      return cut({ kind: 'rows', rows, total: rows.length, files, notes: [...notes] }, (row) =>
        row[3] === 'error' ? 0 : 1,
      )
    }
    case 'api': {
      let files = 0
      const parts: string[] = []
      for (const file of sourceFiles(within, notes)) {
        files += 1
        parts.push(apiText(file))
      }
      const whole = parts.filter((part) => part !== '').join('\n\n')
      if (whole.length > mostText) notes.add('The rest is left out: name a folder or a file.')
      return { kind: 'text', text: whole.slice(0, mostText), files, notes: [...notes] }
    }
    default:
      return question satisfies never
  }
}

type Rows = Extract<AnalysisAnswer, { kind: 'rows' }>

function rowsOf(
  all: Iterable<SourceFile>,
  notes: Set<string>,
  read: (file: SourceFile) => Iterable<Cell[]>,
  most = mostRows,
): Rows {
  const rows: Cell[][] = []
  let total = 0
  let files = 0
  for (const file of all) {
    files += 1
    for (const row of read(file)) {
      total += 1
      if (rows.length < most) rows.push(row)
    }
  }
  return { kind: 'rows', rows, total, files, notes: [...notes] }
}

/** The rows that weigh least first, and no more than leave the wall. */
function cut(answer: Rows, weight: (row: Cell[]) => number): Rows {
  return { ...answer, rows: answer.rows.toSorted((one, other) => weight(one) - weight(other)).slice(0, mostRows) }
}

const question: AnalysisQuestion = JSON.parse(await text(process.stdin))
process.stdout.write(JSON.stringify(await answer(question)))
