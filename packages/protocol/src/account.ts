import { z } from 'zod'
import { idSchema } from './conversation.ts'

/** How a server is entered: by whoever sits at its machine, not at all before its first account is made, or by signing in. */
export type AccessMode = 'local' | 'unclaimed' | 'team'

export const roleSchema = z.enum(['member', 'admin', 'owner'])
export const scopeSchema = z.enum(['read', 'chat', 'tools', 'admin'])

const nameSchema = z.string().trim().min(1, 'Enter a name.').max(100)
const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email('This is not an email address.'))
/** A new password. Long counts; what it is made of does not. */
const newPasswordSchema = z.string().min(10, 'Take at least 10 characters.').max(128, 'Take at most 128 characters.')
const passwordSchema = z.string().min(1, 'Enter the password.').max(128)
const tokenSchema = z.string().min(1).max(200)

/** What a person sends to get in. Unknown fields, such as a role, are refused. */
export const signInSchema = z.strictObject({
  email: z.string().trim().toLowerCase().min(1).max(254),
  password: passwordSchema,
})
export const setUpSchema = z.strictObject({
  code: z.string().max(200).optional(),
  name: nameSchema,
  email: emailSchema,
  password: newPasswordSchema,
})
export const joinSchema = z.strictObject({
  token: tokenSchema,
  name: nameSchema,
  email: emailSchema,
  password: newPasswordSchema,
})
/** `revokeKeys`: the person's keys for programs end too. Who lost a password may have lost them with it, so here it is so unless said. */
export const resetPasswordSchema = z.strictObject({
  token: tokenSchema,
  password: newPasswordSchema,
  revokeKeys: z.boolean().default(true),
})

export const renameSchema = z.strictObject({ name: nameSchema })
export const changePasswordSchema = z.strictObject({
  current: passwordSchema,
  password: newPasswordSchema,
  revokeKeys: z.boolean().default(false),
})
/** What became of a person's keys for programs when their password was changed: how many ended, and how many are good still. */
export type KeysLeft = { revoked: number; kept: number }
export const createInviteSchema = z.strictObject({ role: roleSchema })
export const changeRoleSchema = z.strictObject({ userId: idSchema, role: roleSchema })
export const createApiKeySchema = z.strictObject({
  name: nameSchema,
  scopes: z.array(scopeSchema).min(1, 'Choose what the key may do.').max(4),
  /** Days that it is good for; null: until it is revoked. */
  days: z.int().min(1).max(3650).nullable(),
})

/** One's own account. `email` null: the owner of local mode, who has none. */
export type OwnAccount = {
  mode: AccessMode
  userId: string
  name: string
  email: string | null
  role: z.infer<typeof roleSchema>
}
/** Somebody who can sign in. `manageable`: by whoever asked. Times in UTC milliseconds, here and below. */
export type Person = {
  userId: string
  name: string
  email: string
  role: z.infer<typeof roleSchema>
  createdAt: number
  isSelf: boolean
  manageable: boolean
}
export type Invite = { id: string; role: z.infer<typeof roleSchema>; by: string; createdAt: number; expiresAt: number }
export type OwnSession = {
  id: string
  isCurrent: boolean
  address: string
  userAgent: string
  createdAt: number
  expiresAt: number
}
export type ApiKey = {
  id: string
  name: string
  /** How the key begins, to tell it by. */
  prefix: string
  scopes: z.infer<typeof scopeSchema>[]
  createdAt: number
  expiresAt: number | null
  lastUsedAt: number | null
}
