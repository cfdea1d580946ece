import { z } from 'zod'
import { idSchema, modelNameSchema } from './conversation.ts'
import { toolEffectSchema, toolGroupSchema } from './tool.ts'

/** The group that everybody is in. It can't be changed or removed, and nobody is put into it. */
export const EVERYONE = 'everyone'

const groupNameSchema = z.string().trim().min(1, 'Enter a name.').max(60)
const descriptionSchema = z.string().trim().max(300)

export const createGroupSchema = z.strictObject({ name: groupNameSchema, description: descriptionSchema.default('') })
export const updateGroupSchema = z.strictObject({
  id: idSchema,
  name: groupNameSchema.optional(),
  description: descriptionSchema.optional(),
})
/** Puts somebody into a group (`isMember`), or takes them out of it. */
export const setMemberSchema = z.strictObject({ groupId: idSchema, userId: idSchema, isMember: z.boolean() })

/** A group. `members`: who can sign in; null for everyone. Times in UTC milliseconds. */
export type Group = {
  id: string
  name: string
  description: string
  members: { userId: string; name: string }[] | null
  createdAt: number
}

const toolNameSchema = z.string().regex(/^[A-Za-z0-9_]{1,64}$/)

/** What may be for some groups alone: a model, an assistant that came with the server, a tool, or all tools of a group of tools. */
export const resourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model'), name: modelNameSchema }),
  z.strictObject({ kind: z.literal('assistant'), name: z.string().regex(/^[a-z0-9-]{1,64}$/) }),
  z.strictObject({ kind: z.literal('tool'), name: toolNameSchema }),
  z.strictObject({ kind: z.literal('tool-group'), name: toolGroupSchema }),
])
export type Resource = z.infer<typeof resourceSchema>

/** Who may use something. `groups` null: everybody; empty: nobody, it is off. */
export const setAccessSchema = z.strictObject({
  resource: resourceSchema,
  groups: z.array(idSchema).max(200).nullable(),
})

/** One thing that is not for everybody. A model's name is in lower case here, without `:latest`. */
export type AccessRule = { kind: Resource['kind']; name: string; groups: string[] }

/** Has the people of a group asked about a tool, or about all tools with an effect, each time; `asks` false takes that back. */
export const setGroupApprovalSchema = z.strictObject({
  groupId: idSchema,
  rule: z.discriminatedUnion('target', [
    z.strictObject({ target: z.literal('tool'), name: toolNameSchema }),
    z.strictObject({ target: z.literal('effect'), name: toolEffectSchema }),
  ]),
  asks: z.boolean(),
})

/** Of which tools the people of a group are asked each time. */
export type GroupApproval = { groupId: string; target: 'tool' | 'effect'; name: string }
