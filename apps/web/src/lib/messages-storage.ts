import { formatCount } from './format.ts'

/** The words of the console's storage. */
export const storageMessages = {
  title: 'Storage',
  palette: 'Admin: storage',
  refused: 'Storage is closed to you.',
  parts: 'What is kept',
  part: {
    database: 'Database',
    workspaces: 'Workspaces, projects and kept output',
    uploads: 'Files that wait for a question',
    models: 'Models',
    backups: 'Backups',
  },
  files: (count: number) => `${formatCount(count)} ${count === 1 ? 'file' : 'files'}`,
  elsewhere: 'Not on this machine',
  counting: 'Counting in the background.',
  counted: (when: string) => `Counted ${when}.`,
  again: 'Count again',
  backups: 'Backups of the database',
  backupsHelp: (folder: string) =>
    `They lie in ${folder}, and hold accounts, chats and settings as they were at one moment. Files of workspaces and models are not in them: copy their folders.`,
  restore: 'To bring one back, also while the server runs:',
  now: 'Back up now',
  making: 'Making a backup',
  made: (name: string) => `Saved ${name}`,
  none: 'None yet.',
} as const
