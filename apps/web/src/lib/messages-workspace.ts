import type {
  DocumentPreview,
  FileVersion,
  WorkspaceChanges,
  WorkspaceCheckpoint,
  WorkspaceFileChange,
} from '@reynard/protocol'
import { daysBetween, formatBytes, formatCount, formatDay, formatTime } from './format.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`
const size = (bytes: number) => (bytes < 1000 ? plural(bytes, 'byte', 'bytes') : formatBytes(bytes))
const units = { page: 'Page', slide: 'Slide', part: 'Part' } as const
const signs = { added: 'new', modified: '', deleted: 'deleted', renamed: 'renamed' } as const

/** The words of the workspace panel and of what calls changed. Names of files come from people and models. */
export const workspaceMessages = {
  title: 'Workspace',
  holds: (entries: number, bytes: number) => `${plural(entries, 'item', 'items')}, ${size(bytes)}`,
  room: (bytes: number) => `${size(bytes)} is the most that it holds.`,
  nearlyFull: (bytes: number, most: number) => `${size(bytes)} of ${size(most)}. Delete what is not needed any more.`,
  saveAll: 'Save all files as a zip',
  close: 'Hide workspace',
  resize: 'Width of the workspace',
  parts: 'Parts of the workspace',
  files: 'Files',
  checkpoints: 'Checkpoints',
  loading: 'Reading the workspace',
  failed: 'The workspace could not be read.',
  tree: 'Files of this chat',
  emptyTitle: 'No files yet',
  empty: 'What an assistant writes here, and what you attach, stands in this list.',
  showMore: (count: number) => `Show ${formatCount(count)} more`,
  hidden: (count: number) => `${plural(count, 'name', 'names')} can’t be shown.`,
  folderFailed: 'This folder could not be read.',
  isLink: 'This is a link. Links are not followed.',
  isOther: 'This is no file that can be read.',
  isFolder: 'A folder. Press Enter to open or close it.',
  size,
  actionsFor: (path: string) => `More for ${path}`,
  rename: 'Rename or move',
  renameField: (path: string) => `New path of ${path}`,
  moved: (from: string, to: string) => `${from} is now ${to}`,
  unpack: 'Unpack',
  unpacking: 'Unpacking',
  archive: 'An archive. Unpacked, its files stand in a folder of their own here.',
  unpacked: (files: number, folder: string) => `Unpacked ${plural(files, 'file', 'files')} into ${folder}`,
  deleted: (path: string) => `Deleted ${path}`,
  delete: 'Delete',
  closeFile: 'Close the file',
  preview: 'Preview',
  rendered: 'Rendered',
  source: 'Source',
  look: 'How the file is shown',
  contentOf: (path: string) => `Content of ${path}`,
  binary: 'This is no text and no image, so there is nothing to show. Save it to open it elsewhere.',
  asText: 'Its text only: pictures and layout are left out.',
  reading: 'Reading the document',
  pages: 'Pages',
  pageText: 'Text',
  pageOf: (page: number, total: number) => `Page ${formatCount(page)} of ${formatCount(total)}`,
  pageImage: (page: number, path: string) => `Page ${formatCount(page)} of ${path}. Its words are under Text.`,
  previousPage: 'Previous page',
  nextPage: 'Next page',
  pagesFailed: 'The pages can’t be drawn. The document may be damaged or locked; its words may still be under Text.',
  pdfTooLarge: (bytes: number) => `Pages are drawn of documents up to ${size(bytes)}. Save it to open it elsewhere.`,
  noText: 'There is no text here. It may be a scan.',
  partOf: (unit: DocumentPreview['unit'], number: number, label: string | undefined) =>
    `${units[unit]} ${formatCount(number)}${label === undefined ? '' : `: ${label}`}`,
  partsShown: (unit: DocumentPreview['unit'], from: number, to: number, total: number) =>
    from === to
      ? `${units[unit]} ${formatCount(from)} of ${formatCount(total)}`
      : `${units[unit]}s ${formatCount(from)} to ${formatCount(to)} of ${formatCount(total)}`,
  partCut: 'It is too long to be shown whole.',
  nextParts: 'Read on',
  fromStart: 'From the start',
  addFiles: 'Add files',
  uploading: (count: number) => `Adding ${plural(count, 'file', 'files')}`,
  added: (names: readonly string[]) =>
    names.length === 1 ? `Added ${names[0]}` : `Added ${formatCount(names.length)} files`,
  uploadFailed: (name: string, why: string) => `${name} was not added. ${why}`,
  notReached: 'The server was not reached.',
  drop: 'Drop files to add them here',
  emptyFile: 'This file is empty.',
  gone: 'This file is not here any more. It was moved or deleted.',
  part: (from: number, to: number, total: number) =>
    `Bytes ${formatCount(from)} to ${formatCount(to)} of ${formatCount(total)}`,
  nextPart: 'Next part',
  firstPart: 'First part',
  tableCut: 'Rows of the first part of the file.',

  changes: 'Changes',
  change: 'Change',
  history: 'History',
  fileParts: 'What is shown of the file',
  changeOf: (path: string) => `Change of ${path}`,
  historyOf: (path: string) => `History of ${path}`,
  compareWith: 'Compared with',
  sinceChoice: { start: 'Start of this chat', commit: 'Last commit' },
  differ: (total: number, since: WorkspaceChanges['since'], now: number) => {
    const what = total === 0 ? 'Nothing differs' : `${plural(total, 'file differs', 'files differ')}`
    if (since?.kind === 'commit') return `${what} from the last commit, ${since.id.slice(0, 7)} “${since.subject}”.`
    return `${what} from before the first change in this chat, ${daysBetween(since?.at ?? now, now) === 0 ? '' : `${formatDay(since?.at ?? now, now)}, `}${formatTime(since?.at ?? now)}.`
  },
  noChanges: 'No changes yet',
  noChangesYet: 'What an assistant or you change from its first step on stands here, file by file.',
  noStart: 'No checkpoints are kept here and the project has no commit, so there is nothing to compare with.',
  unchangedFile: 'This file is as it was.',
  noPatch: 'There is no text to compare: the file is binary, or only its name or mode changed.',
  openFile: 'Open the file',
  versionName: ({ change, made, title }: Pick<FileVersion, 'change' | 'made' | 'title'>): string => {
    const what = { added: 'Added', modified: 'Changed', deleted: 'Deleted', unkept: 'Too large to be kept' }[change]
    if (made === 'restore') return `${what} before a restore`
    if (made === 'person' || title === null) return `${what} by you`
    return made === 'before' ? `${what} before: ${title}` : `${what}: ${title}`
  },
  noVersions: 'No checkpoint holds this file yet.',
  restoreVersion: 'Restore this version',
  restoreGone: 'Delete as it was then',
  fileRestored: (path: string) => `${path} is as it was.`,
  notKept: (total: number) =>
    `${plural(total, 'file is', 'files are')} in no checkpoint, and not restored: larger than 64 MB, or not readable.`,

  noCheckpoints: 'No checkpoints yet',
  noCheckpointsYet: 'Before and after each step that changes files their state is kept, and can be restored here.',
  checkpointsOff: 'No checkpoints are kept on this machine.',
  now: 'Now',
  differs: 'Changed since the last checkpoint',
  isCurrent: 'The files are as they were here',
  stateName: ({ made, title }: Pick<WorkspaceCheckpoint, 'made' | 'title'>): string => {
    if (made === 'restore') return 'Before a restore'
    if (made === 'person' || title === null) return 'Your changes'
    return `${made === 'before' ? 'Before' : 'After'}: ${title}`
  },
  at: (at: number, now: number) =>
    daysBetween(at, now) === 0 ? formatTime(at) : `${formatDay(at, now)}, ${formatTime(at)}`,
  undoes: 'Restoring undoes:',
  undoesNothing: 'The files are as they were. There is nothing to undo.',
  kept: 'Files go back to that moment, the conversation stays. The files of now are kept as a checkpoint.',
  restore: 'Restore',
  restoring: 'Restoring…',
  undoingRestore: 'Undoing the restore…',
  cancel: 'Cancel',
  showChange: 'Show the change',
  hideChange: 'Hide the change',
  restored: 'The files are as they were.',
  restoredBut: (paths: readonly string[], total: number) =>
    `The files are as they were, but for ${paths.join(', ')}${total > paths.length ? ` and ${plural(total - paths.length, 'more file', 'more files')}` : ''}: what stands there is not kept, so nothing was restored over it.`,
  unkept: 'The file was there, over 64 MB or not readable, so no checkpoint holds it.',
  restoredBefore: (when: string) => `Restored to before this: ${when}`,
  undoRestore: 'Undo the restore',
  restoreUndone: 'The restore was undone.',
  moreFiles: (count: number) => `and ${plural(count, 'more file', 'more files')}`,
  fileChange: ({ change, oldPath }: WorkspaceFileChange) => (oldPath === undefined ? signs[change] : `was ${oldPath}`),
  lines: (added: number, removed: number) => `+${formatCount(added)} −${formatCount(removed)}`,
  cut: 'The change is too long to be shown whole.',

  changed: (total: number) => `Changed ${plural(total, 'file', 'files')}`,
  whatChanged: 'What changed',
  restoreBefore: 'Restore to before this',
  putBack: 'Put back',
  isBack: (path: string) => `${path} is back`,
  changeFailed: 'What changed could not be read.',
} as const
