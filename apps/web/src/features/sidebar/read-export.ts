import { type ExportedConversations, exportSchema } from '@reynard/protocol'

/** The chats in a file's text, or null where it holds none. Loaded on demand: the schemas are of no use to a page that imports nothing. */
export function readExport(text: string): ExportedConversations | null {
  try {
    return exportSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
