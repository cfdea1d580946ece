import type { AttachmentKind } from '@reynard/protocol'
import { Database, File, FileArchive, FileText, Image, type LucideIcon } from 'lucide-react'

const ICONS: Record<AttachmentKind, LucideIcon> = {
  image: Image,
  text: FileText,
  document: FileText,
  data: Database,
  archive: FileArchive,
  other: File,
}

/** What sort of file it is, beside its name. */
export function FileIcon({ kind }: { kind: AttachmentKind }) {
  const Icon = ICONS[kind]
  return <Icon size={16} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
}
