import type { AnyTool, TokenEstimator, TurnLimits } from '@reynard/agent'
import type { Db } from '@reynard/db'
import type { Admission } from '../admission/admission.ts'
import type { AssistantService } from '../assistants/assistant-service.ts'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { RunFilter } from '../filter/content-filter.ts'
import type { PermittedModels } from '../groups/permitted-models.ts'
import type { MemoryService } from '../memory/memory-service.ts'
import type { RunTelemetry } from '../telemetry/telemetry.ts'
import type { AttachmentService } from '../uploads/attachment-service.ts'
import type { WorkspaceStates } from '../workspaces/workspace-states.ts'
import type { ChangeSink, Clock, EngineSelector, OperatorSettings, RunLogger } from './ports.ts'

/** What every run works with. */
export type RunHost = {
  audit: Pick<AuditLog, 'entry'>
  db: Db
  admission: Admission
  selector: EngineSelector
  /** What is for whom of the models. */
  models: Pick<PermittedModels, 'check' | 'mayUse'>
  settings: OperatorSettings
  estimator: TokenEstimator
  changes: ChangeSink
  clock: Clock
  logger: RunLogger
  /** Looks on; absent where nobody does. */
  telemetry?: RunTelemetry
  assistants: Pick<AssistantService, 'tools'>
  sessions: Pick<ToolSessions, 'open'>
  states: Pick<WorkspaceStates, 'keepState' | 'restores'>
  memory: Pick<MemoryService, 'forRun'>
  attachments: Pick<AttachmentService, 'read'>
  filter: RunFilter
  /** How approvals are had; read anew each time. `expiryMs`: how long a person has. */
  approvals(): { expiryMs: number; apiMayAct: boolean }
  /** The bounds of one answer of an assistant; those that count when it begins. */
  turnLimits(): TurnLimits
  /** The deadline of one call of a tool, milliseconds; read anew for each call. */
  toolTimeoutMs(tool: Pick<AnyTool, 'name' | 'timeoutMs'>): number
}
