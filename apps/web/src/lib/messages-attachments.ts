import { formatBytes, formatCount } from './format.ts'

const files = (count: number) => (count === 1 ? '1 file' : `${formatCount(count)} files`)

/** The words round files of questions. */
export const attachmentMessages = {
  pasted: 'Pasted text',
  pastedAsFile: (characters: number) => `${formatCount(characters)} characters attached as a file`,
  list: 'Files of your message',
  of: 'Files of this question',
  remove: (name: string) => `Remove ${name}`,
  retry: (name: string) => `Upload ${name} again`,
  size: (bytes: number) => (bytes < 1_000 ? `${formatCount(bytes)} bytes` : formatBytes(bytes)),
  coming: (share: number, bytes: number) => `${Math.floor(share * 100)}% of ${formatBytes(bytes)}`,
  waiting: (count: number) => `${files(count)} still being uploaded. The question can be sent then.`,
  failed: (count: number) =>
    count === 1 ? 'A file was not uploaded. Try it again, or remove it.' : `${files(count)} were not uploaded.`,
  attached: (name: string) => `${name} is attached`,
  notAttached: (name: string, why: string) => `${name} is not attached: ${why}`,
  notReached: 'The server was not reached.',
  broken: 'The upload was broken off.',
  cut: 'The page was loaded anew before it was uploaded. Attach it again.',
  tooLarge: (limit: number) => `It has more than ${formatBytes(limit)}.`,
  tooMany: (limit: number) => `A question carries ${files(limit)} at most.`,
  noFolder: 'A folder can’t be attached. Make a zip of it first.',
  noVision: (model: string) => `${model} does not see images. It is told their names only.`,
  drop: 'Drop to attach',
  dropHelp: 'Images, documents, data, code, archives',
  cutFile: (shown: number, of: number) =>
    shown === 0
      ? 'did not fit: the model was given nothing of it.'
      : `did not fit: the model was given the first ${formatCount(shown)} of about ${formatCount(of)} characters.`,
  archive: (name: string, isUnpacked: boolean) =>
    isUnpacked
      ? `${name} is sent as it is, and can be unpacked into the workspace at your question then. Code in it is worked on as a project.`
      : `${name} is sent as it is. Code in it is worked on as a project.`,
  openProject: 'Open as a project',
  unpack: (name: string) => `Unpack ${name}`,
  unpacked: (count: number, folder: string) => `Unpacked ${files(count)} into ${folder}.`,
} as const
