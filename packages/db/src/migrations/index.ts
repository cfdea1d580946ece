import { foundation } from './0001-foundation.ts'
import { search } from './0002-search.ts'
import { assistants } from './0003-assistants.ts'
import { attachments } from './0004-attachments.ts'
import { memory } from './0005-memory.ts'
import { assistantUndo } from './0006-assistant-undo.ts'
import { projects } from './0007-projects.ts'
import { toolUsage } from './0008-tool-usage.ts'
import { runUsage } from './0009-run-usage.ts'
import { runFigures } from './0010-run-figures.ts'
import { accounts } from './0011-accounts.ts'
import { groups } from './0012-groups.ts'
import { audit } from './0013-audit.ts'
import type { Migration } from './migration.ts'

/** Every step of the schema in order. New ones are added at the end; the others never change. */
export const migrations: readonly Migration[] = [
  foundation,
  search,
  assistants,
  attachments,
  memory,
  assistantUndo,
  projects,
  toolUsage,
  runUsage,
  runFigures,
  accounts,
  groups,
  audit,
]

/** The version of the newest step: what a database is at once all were made. */
export const latestSchema = migrations.at(-1)?.version ?? 0
