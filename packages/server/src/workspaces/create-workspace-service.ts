import type { Db } from '@reynard/db'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { ChangeSink, Clock } from '../runs/ports.ts'
import type { RunService } from '../runs/run-service.ts'
import type { UploadClaims } from '../uploads/upload-claims.ts'
import type { UploadStore } from '../uploads/upload-store.ts'
import { createWorkspaceFiles } from './create-workspace-files.ts'
import { createWorkspaceHistory } from './create-workspace-history.ts'
import { createWorkspaceRestores } from './create-workspace-restores.ts'
import { createKeptStates } from './kept-states.ts'
import { createWorkspaceAccess } from './workspace-access.ts'
import type { WorkspaceService } from './workspace-service.ts'

type Options = {
  db: Db
  sessions: Pick<ToolSessions, 'open' | 'find' | 'checkpoints' | 'checkpointsUnavailable' | 'limits'>
  uploads: UploadStore
  claims: UploadClaims
  runs: Pick<RunService, 'isLive'>
  changes: ChangeSink
  clock: Clock
}

/** Files of conversations by the workspaces of their tools. */
export function createWorkspaceService(options: Options): WorkspaceService {
  const access = createWorkspaceAccess(options)
  const host = { ...options, access, kept: createKeptStates({ ...options, access }) }
  return { ...createWorkspaceFiles(host), ...createWorkspaceHistory(host), ...createWorkspaceRestores(host) }
}
