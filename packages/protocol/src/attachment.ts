import { z } from 'zod'

/** What can be done with a file, by its content: shown, read whole, extracted from, computed with, unpacked, or only kept. */
export const attachmentKindSchema = z.enum(['image', 'text', 'document', 'data', 'archive', 'other'])
export type AttachmentKind = z.infer<typeof attachmentKindSchema>

/** A file that came with a question. It lies in the conversation's workspace under `path`, where a tool may have changed it since. */
export const attachmentSchema = z.object({
  path: z.string().min(1).max(1_000),
  bytes: z.number().int().nonnegative(),
  mediaType: z.string().max(200),
  kind: attachmentKindSchema,
})
export type Attachment = z.infer<typeof attachmentSchema>

/** A file that was uploaded and belongs to no question yet; answered by `POST /api/uploads`. It goes by itself after a day. */
export const uploadSchema = z.object({
  id: z.uuid(),
  name: z.string().min(1).max(255),
  bytes: z.number().int().nonnegative(),
  mediaType: z.string().max(200),
  kind: attachmentKindSchema,
})
export type Upload = z.infer<typeof uploadSchema>
