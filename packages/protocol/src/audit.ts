import { z } from 'zod'

export const AUDIT_GROUPS = {
  access: 'Signing in',
  people: 'People',
  keys: 'Keys',
  tools: 'Approvals and rules',
  settings: 'Settings',
  models: 'Models',
  runs: 'Runs',
  content: 'Reading and taking data',
  data: 'Data of the server',
} as const
export type AuditGroup = keyof typeof AUDIT_GROUPS

type ActionDeclaration = {
  group: AuditGroup
  /** What somebody did, in the past tense: it follows their name. */
  words: string
  /** What an entry may say besides: names of numbers, of choices and of short words. Never what somebody wrote in a chat, nor a secret. */
  details: readonly string[]
}

/**
 * Everything that is written down. To add an action is to add a line here; `audit.entry` takes no other, and no detail that does not stand
 * in its line.
 */
export const AUDIT_ACTIONS = {
  'sign-in': { group: 'access', words: 'signed in', details: ['with'] },
  'sign-in-failure': { group: 'access', words: 'could not sign in', details: ['tries', 'reason'] },
  'sign-out': { group: 'access', words: 'signed out', details: [] },
  'set-up': { group: 'access', words: 'made the first account', details: ['with'] },
  'set-up-failure': { group: 'access', words: 'gave a wrong set-up code', details: ['tries', 'reason'] },
  'session-end': { group: 'access', words: 'ended sessions of their own', details: ['sessions'] },
  'password-change': { group: 'access', words: 'changed their password', details: ['endedSessions', 'reason'] },
  'password-reset': { group: 'access', words: 'set a new password by a link', details: [] },
  'account-rename': { group: 'people', words: 'changed their name', details: [] },
  'invite-create': { group: 'people', words: 'invited somebody', details: ['role'] },
  'invite-remove': { group: 'people', words: 'took an invitation back', details: ['role'] },
  'invite-accept': { group: 'people', words: 'joined by an invitation', details: ['role'] },
  'reset-link-create': { group: 'people', words: 'made a link for a new password of', details: [] },
  'role-change': { group: 'people', words: 'changed the role of', details: ['from', 'to'] },
  'person-sign-out': { group: 'people', words: 'ended all sessions of', details: ['sessions'] },
  'person-remove': { group: 'people', words: 'removed', details: [] },
  'group-create': { group: 'people', words: 'made the group', details: [] },
  'group-change': { group: 'people', words: 'changed the group', details: ['from', 'to'] },
  'group-remove': { group: 'people', words: 'removed the group', details: [] },
  'group-join': { group: 'people', words: 'put into a group', details: ['inGroup'] },
  'group-leave': { group: 'people', words: 'took out of a group', details: ['inGroup'] },
  'access-change': { group: 'people', words: 'changed who may use', details: ['from', 'to'] },
  'group-approval-change': {
    group: 'tools',
    words: 'changed what people of a group are asked about',
    details: ['inGroup', 'asks'],
  },
  'key-create': { group: 'keys', words: 'made a key', details: ['scopes', 'days'] },
  'key-revoke': { group: 'keys', words: 'revoked a key', details: [] },
  'keys-revoke': { group: 'keys', words: 'revoked all of their keys', details: ['keys'] },
  'key-wake': { group: 'keys', words: 'used a key again after a long time', details: ['days'] },
  'call-approve': { group: 'tools', words: 'let a tool act', details: ['tool', 'scope', 'conversation'] },
  'call-deny': { group: 'tools', words: 'denied a tool', details: ['tool', 'conversation'] },
  'call-expire': { group: 'tools', words: 'denied a tool that nobody answered', details: ['tool', 'conversation'] },
  'tool-rule-change': { group: 'tools', words: 'changed a rule of their own for', details: ['rule'] },
  'chat-rule-remove': { group: 'tools', words: 'took a yes for a whole chat back', details: ['conversation'] },
  'folder-register': { group: 'tools', words: 'opened a folder of this machine to chats', details: [] },
  'folder-remove': { group: 'tools', words: 'closed a folder of this machine to chats', details: [] },
  'project-bring': { group: 'tools', words: 'brought a project into a chat', details: ['kind'] },
  'setting-change': { group: 'settings', words: 'changed the setting', details: ['from', 'to'] },
  'model-settings-change': { group: 'settings', words: 'changed the settings of the model', details: ['from', 'to'] },
  'filter-change': {
    group: 'settings',
    words: 'changed the content filter',
    details: ['added', 'changed', 'removed', 'secrets'],
  },
  'model-pull': { group: 'models', words: 'fetched the model', details: ['engine'] },
  'model-pull-cancel': { group: 'models', words: 'cancelled the download of', details: [] },
  'model-load': { group: 'models', words: 'had loaded the model', details: ['engine'] },
  'model-unload': { group: 'models', words: 'had let go the model', details: ['engine'] },
  'model-copy': { group: 'models', words: 'copied the model', details: ['engine', 'to'] },
  'model-remove': { group: 'models', words: 'removed the model', details: ['engine'] },
  'run-stop': { group: 'runs', words: 'stopped an answer of', details: [] },
  'runs-stop': { group: 'runs', words: 'stopped all answers of', details: ['runs'] },
  'announcement-change': {
    group: 'settings',
    words: 'changed the announcement',
    details: ['on', 'level', 'from', 'until'],
  },
  'maintenance-change': { group: 'settings', words: 'switched maintenance', details: ['on'] },
  'clean-up': { group: 'data', words: 'cleaned up', details: ['freed'] },
  'audit-trim': { group: 'data', words: 'let old entries of this log go', details: ['entries', 'days'] },
  'diagnostics-create': { group: 'content', words: 'made a bundle for a bug report', details: [] },
  'backup-create': { group: 'data', words: 'made the backup', details: [] },
  'audit-export': { group: 'content', words: 'took a copy of this log', details: ['format'] },
  'usage-export': { group: 'content', words: 'took a copy of the usage', details: ['kind'] },
  restore: { group: 'data', words: 'restored a backup', details: ['rows'] },
} as const satisfies Record<string, ActionDeclaration>
export type AuditAction = keyof typeof AUDIT_ACTIONS

/** Tells the names of actions from other texts. */
export function isAuditAction(name: string): name is AuditAction {
  return Object.hasOwn(AUDIT_ACTIONS, name)
}

export const AUDIT_OUTCOMES = ['done', 'refused', 'failed'] as const
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number]
/** `person`: by a session, or the owner of local mode. `visitor`: nobody that is known. `server`: by itself. */
export const AUDIT_ACTOR_KINDS = ['person', 'key', 'visitor', 'server'] as const
export type AuditActorKind = (typeof AUDIT_ACTOR_KINDS)[number]

/** Somebody named in the log. `name` null: this person was deleted since. */
export type AuditPerson = { id: string; name: string | null }

/** One line of the log: who did what when from where. Times in UTC milliseconds. */
export type AuditEntry = {
  id: string
  at: number
  action: AuditAction
  group: AuditGroup
  outcome: AuditOutcome
  actorKind: AuditActorKind
  /** Null: nobody that is known, or the server itself. */
  actor: AuditPerson | null
  /** From where; null where it came from no request. */
  address: string | null
  /** Whom it is about, where that is a person. */
  subject: AuditPerson | null
  /** What it is about. */
  object: { kind: string; id: string | null; name: string | null } | null
  details: Record<string, string | number | boolean | null>
}

const auditFilterSchema = z.object({
  /** Who did it, or whom it is about. */
  personId: z.string().min(1).max(100).optional(),
  group: z.enum(Object.keys(AUDIT_GROUPS) as [AuditGroup, ...AuditGroup[]]).optional(),
  /** From the first to before the second moment, in UTC milliseconds. */
  since: z.number().int().nonnegative().optional(),
  until: z.number().int().nonnegative().optional(),
  /** Part of a name, an address, an object or of what was done. */
  query: z.string().trim().max(200).optional(),
})
export type AuditFilter = z.infer<typeof auditFilterSchema>

export const listAuditInputSchema = auditFilterSchema.extend({
  cursor: z.object({ at: z.number().int(), id: z.string().max(100) }).optional(),
  limit: z.number().int().min(1).max(200).default(50),
})
export const watchAuditInputSchema = auditFilterSchema
/** The same for a file, whose address holds text alone. */
export const exportAuditQuerySchema = auditFilterSchema.extend({
  format: z.enum(['csv', 'jsonl']),
  since: z.coerce.number().pipe(auditFilterSchema.shape.since.unwrap()).optional(),
  until: z.coerce.number().pipe(auditFilterSchema.shape.until.unwrap()).optional(),
})

/** Entries, newest first. */
export type AuditPage = {
  entries: AuditEntry[]
  nextCursor: { at: number; id: string } | null
  /** Whom one may look for. */
  people: { id: string; name: string }[]
}
