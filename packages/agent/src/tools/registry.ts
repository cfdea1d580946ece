import { extractApi } from './analysis/extract-api.ts'
import { findSymbol } from './analysis/find-symbol.ts'
import { lintCode } from './analysis/lint-code.ts'
import { measureCode } from './analysis/measure-code.ts'
import { outline } from './analysis/outline.ts'
import { searchCode } from './analysis/search-code.ts'
import { searchChats } from './chats/search-chats.ts'
import { runJavaScript } from './code/run-javascript.ts'
import { runPython } from './code/run-python.ts'
import { describeData } from './data/describe-data.ts'
import { drawChart } from './data/draw-chart.ts'
import { queryData } from './data/query-data.ts'
import { readDocument } from './documents/read-document.ts'
import { applyChanges } from './files/apply-changes.ts'
import { deleteFile } from './files/delete-file.ts'
import { editFile } from './files/edit-file.ts'
import { listFiles } from './files/list-files.ts'
import { moveFile } from './files/move-file.ts'
import { readFile } from './files/read-file.ts'
import { writeFile } from './files/write-file.ts'
import { gitBlame } from './git/git-blame.ts'
import { gitBranch } from './git/git-branch.ts'
import { gitCommit } from './git/git-commit.ts'
import { gitDiff } from './git/git-diff.ts'
import { gitLog } from './git/git-log.ts'
import { gitStatus } from './git/git-status.ts'
import { remember } from './memory/remember.ts'
import { searchFiles } from './search/search-files.ts'
import { runTests } from './tests/run-tests.ts'
import type { AnyTool } from './tool.ts'
import { fetchPage } from './web/fetch-page.ts'
import { searchWeb } from './web/search-web.ts'

/** Every tool there is, one line each, in the order in which people are shown them. */
export const TOOLS: readonly AnyTool[] = [
  searchFiles,
  listFiles,
  readFile,
  readDocument,
  writeFile,
  editFile,
  moveFile,
  deleteFile,
  applyChanges,
  runJavaScript,
  runPython,
  describeData,
  queryData,
  drawChart,
  outline,
  findSymbol,
  searchCode,
  lintCode,
  measureCode,
  extractApi,
  runTests,
  gitStatus,
  gitDiff,
  gitLog,
  gitBlame,
  gitBranch,
  gitCommit,
  searchWeb,
  fetchPage,
  searchChats,
  remember,
]
