import { z } from 'zod'
import type { Attachment } from './attachment.ts'
import type { ConversationSummaryText } from './memory.ts'
import type { Project } from './project.ts'
import type { RunView } from './reduce-run.ts'

export const idSchema = z.uuid()
/** Model names as Ollama, Hugging Face and file systems make them; no control characters, no leading slash or dash. */
export const modelNameSchema = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/, 'A model name has letters, digits and ._:/@+- only.')

/** Which assistant: the name of one that came with the server, or the id of a person's own. */
export const assistantIdSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'There is no assistant of this name.')

/** What a conversation asks of every run in it. Absent: the operator's setting, the model's recommendation, the default. */
export const conversationSettingsSchema = z.object({
  model: modelNameSchema.nullish(),
  systemPrompt: z.string().max(32_000).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  maxTokens: z.number().int().min(1).max(131_072).nullish(),
  /** A budget in tokens within the model's window; never larger than it. */
  contextTokens: z.number().int().min(256).max(4_194_304).nullish(),
  think: z.boolean().nullish(),
  /** Who answers. Absent: the bare model. */
  assistant: assistantIdSchema.nullish(),
  /** False: nothing is recalled here, and nothing proposed to be remembered. */
  memory: z.boolean().nullish(),
  /** False: earlier turns are not summarised before the window is full. */
  summaries: z.boolean().nullish(),
})
export type ConversationSettings = z.infer<typeof conversationSettingsSchema>

export type ConversationSummary = {
  id: string
  title: string
  /** `prompt`: cut from the first question until a better one is made; `person`: never overwritten. */
  titleSource: 'prompt' | 'model' | 'person'
  pinned: boolean
  source: 'ui' | 'api'
  createdAt: number
  updatedAt: number
  /** The state of the newest answer: something lives in it, or waits for the person (`approval`: for a yes or a no). */
  activity: 'idle' | 'live' | 'approval' | 'interrupted' | 'failed'
  /** What the person is asked for, where the activity is `approval` and this is known: completes "wants to …". */
  waitsFor: string | null
  unread: boolean
}

export type Message = {
  id: string
  conversationId: string
  /** The message it answers or follows; null for the first one. Messages with one parent are siblings. */
  parentId: string | null
  role: 'user' | 'assistant'
  /** A question as typed. For an answer: all its runs' text joined. */
  text: string
  createdAt: number
  /** Files that came with a question; absent where none did. */
  attachments?: Attachment[]
  /** An answer's generations in order: the first, then each "Continue". Empty for a question. */
  runs: RunView[]
}

export type Conversation = ConversationSummary & {
  settings: ConversationSettings
  /** The leaf that is on screen: the path shown runs from it up to the root. */
  activeLeafId: string | null
  messages: Message[]
  /** Of earlier turns, on whatever path. The one that reaches furthest on a path counts there. */
  summaries?: ConversationSummaryText[]
  /** The project that it works on, if any. */
  project?: Project | null
}

export type SearchHit = {
  conversationId: string
  conversationTitle: string
  messageId: string
  role: 'user' | 'assistant' | 'title'
  createdAt: number
  /** Plain text around the match; matches stand between \u0001 and \u0002. */
  snippet: string
}
