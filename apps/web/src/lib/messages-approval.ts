import { formatCount } from './format.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`
/** In whole minutes, from 45 s on. */
const wait = (ms: number) => (ms < 45_000 ? `${Math.max(1, Math.ceil(ms / 1000))} s` : `${Math.round(ms / 60_000)} min`)

const place = (folder: string | null) => (folder === null ? 'this chat’s workspace' : `${folder} on this machine`)

/** The words of the card that asks for a yes. */
export const approvalMessages = {
  waiting: 'Waiting for you',
  place: (place: number, count: number) => `${place} of ${count}`,
  writes: (files: number, folder: string | null) => `Writes ${plural(files, 'file', 'files')} in ${place(folder)}`,
  deletes: (files: number, folder: string | null) => `Deletes ${plural(files, 'file', 'files')} of ${place(folder)}`,
  names: (shown: string[], more: number) => (more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')),
  noNetwork: 'No network',
  calls: (hosts: string[]) => `Calls ${hosts.join(', ')}`,
  restorable: 'Can be restored',
  notRestorable: 'Cannot be restored',
  preview: 'What will happen',
  approve: 'Approve',
  deny: 'Deny',
  denyWithWord: 'Deny and say why',
  word: 'What the model is told with the denial',
  wordPlaceholder: 'Why not, or what to do instead',
  scopes: { once: 'Ask every time', conversation: 'Always in this chat' },
  alwaysFor: (covers: string) => `Always in this chat: ${covers}`,
  scope: 'For how long',
  expires: (ms: number) => (ms <= 0 ? 'Expires any moment' : `Expires in ${wait(ms)}`),
  announce: (sentence: string, others: number) =>
    others === 0
      ? `${sentence}. Press F6 to answer.`
      : `${sentence}, and ${formatCount(others)} more. Press F6 to answer.`,
} as const
