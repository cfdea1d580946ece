import type { SearchHit, searchInputSchema, ToolStatistics } from '@reynard/protocol'
import type { z } from 'zod'
import type { Accounts } from './accounts/create-accounts.ts'
import type { AssistantService } from './assistants/assistant-service.ts'
import type { ToolRuleService } from './assistants/tool-rules.ts'
import type { AuditLog } from './audit/audit-log.ts'
import type { ConsoleService } from './console/console-service.ts'
import type { ModelConsole } from './console/model-console.ts'
import type { ConversationService } from './conversations/conversation-service.ts'
import type { ModelService } from './engines/model-service.ts'
import type { ContentFilter } from './filter/content-filter.ts'
import type { GroupService } from './groups/group-service.ts'
import type { PermittedModels } from './groups/permitted-models.ts'
import type { HealthService } from './health/create-health-service.ts'
import type { MemoryService } from './memory/memory-service.ts'
import type { SummaryService } from './memory/summary-service.ts'
import type { Notices } from './notices/open-notices.ts'
import type { ProjectService } from './projects/project-service.ts'
import type { RunService } from './runs/run-service.ts'
import type { ServerSettings } from './settings/server-settings.ts'
import type { DownloadService } from './setup/download-service.ts'
import type { ChangeBus } from './status/change-bus.ts'
import type { StatusBoard } from './status/system-status.ts'
import type { StorageService } from './storage/create-storage-service.ts'
import type { UsageService } from './usage/create-usage-service.ts'
import type { SearchSettings } from './web/search-settings.ts'
import type { WorkspaceService } from './workspaces/workspace-service.ts'

/** What stands behind every door: the typed calls, the REST facade, other apps. */
export type Services = {
  audit: AuditLog
  accounts: Pick<Accounts, 'own' | 'people'>
  groups: GroupService
  permitted: PermittedModels
  runs: RunService
  console: ConsoleService
  modelConsole: ModelConsole
  workspaces: WorkspaceService
  projects: ProjectService
  assistants: AssistantService
  toolRules: ToolRuleService
  toolStatistics(): Promise<ToolStatistics>
  conversations: ConversationService
  memory: MemoryService
  summaries: SummaryService
  search(ownerId: string, input: z.infer<typeof searchInputSchema>): Promise<SearchHit[]>
  changes: ChangeBus
  models: ModelService
  downloads: DownloadService
  settings: ServerSettings
  webSearch: SearchSettings
  contentFilter: ContentFilter
  status: StatusBoard
  notices: Notices
  health: HealthService
  storage: StorageService
  usage: UsageService
}
