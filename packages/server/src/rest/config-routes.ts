import type { IncomingMessage, ServerResponse } from 'node:http'
import { type OperatorSettings, operatorSettingsSchema } from '@reynard/protocol'
import { z } from 'zod'
import type { Services } from '../services.ts'
import type { SettingName } from '../settings/setting-registry.ts'
import { readRequest } from './read-request.ts'
import { sendJson } from './rest-response.ts'

type ConfigHost = Pick<Services, 'settings' | 'models' | 'status'>

/** The original's names of our settings, in its order. */
const FIELDS = {
  enabled: 'ollamaEnabled',
  base_url: 'ollamaBaseUrl',
  default_model: 'defaultModel',
  timeout_seconds: 'timeoutSeconds',
  max_concurrent_requests: 'maxConcurrentRequests',
  assistant_enabled: 'assistants',
  tools_enabled: 'tools',
  context_awareness: 'contextAwareness',
} as const satisfies Record<string, SettingName>

const { shape } = operatorSettingsSchema
/** Null goes back to the default. Fields that are not ours are let be, as the original does. */
const configRequestSchema = z
  .object({
    enabled: shape.ollamaEnabled,
    base_url: shape.ollamaBaseUrl,
    default_model: shape.defaultModel,
    timeout_seconds: shape.timeoutSeconds,
    max_concurrent_requests: shape.maxConcurrentRequests,
    assistant_enabled: shape.assistants,
    tools_enabled: shape.tools,
    context_awareness: shape.contextAwareness,
  } satisfies Record<keyof typeof FIELDS, z.ZodType>)
  .partial()

type Field = keyof typeof FIELDS
const isField = (name: string): name is Field => Object.hasOwn(FIELDS, name)
const fieldNames = Object.keys(FIELDS).filter(isField)

/** `GET /api/ollama/config`: what is in force, wherever it comes from. */
export function sendConfig({ settings }: Pick<ConfigHost, 'settings'>, res: ServerResponse): void {
  const values = settings.values()
  sendJson(res, 200, Object.fromEntries(fieldNames.map((field) => [field, values[FIELDS[field]]])))
}

/**
 * `POST /api/ollama/config`: changes what is given, all of it or nothing, and answers when it is in force and saved. 409 where the
 * environment says one of them.
 */
export async function changeConfig(host: ConfigHost, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const given = await readRequest(req, configRequestSchema)
  const { settings } = host
  const before = settings.values()
  const changes: Partial<OperatorSettings> = {
    ...(given.enabled !== undefined && { ollamaEnabled: given.enabled }),
    ...(given.base_url !== undefined && { ollamaBaseUrl: given.base_url }),
    ...(given.default_model !== undefined && { defaultModel: given.default_model }),
    ...(given.timeout_seconds !== undefined && { timeoutSeconds: given.timeout_seconds }),
    ...(given.max_concurrent_requests !== undefined && { maxConcurrentRequests: given.max_concurrent_requests }),
    ...(given.assistant_enabled !== undefined && { assistants: given.assistant_enabled }),
    ...(given.tools_enabled !== undefined && { tools: given.tools_enabled }),
    ...(given.context_awareness !== undefined && { contextAwareness: given.context_awareness }),
  }
  if (Object.keys(changes).length > 0) await settings.update(changes)
  const now = settings.values()
  const changed = fieldNames.filter((field) => now[FIELDS[field]] !== before[FIELDS[field]])
  const asksElsewhere = changed.includes('base_url') || changed.includes('enabled')
  // Who asks for the models next is to see those of the new address.
  if (asksElsewhere) await host.models.recheck()
  sendJson(res, 200, { success: true, message: describeChange(changed, asksElsewhere ? problemOfOllama(host) : null) })
}

function describeChange(changed: readonly Field[], problem: string | null): string {
  if (changed.length === 0) return 'Nothing was changed: it is so already.'
  return [`Changed, and in force now: ${changed.join(', ')}.`, problem ?? []].flat().join(' ')
}

/** Why Ollama is of no use as it is set up now; null where it is. */
function problemOfOllama({ settings, status }: ConfigHost): string | null {
  if (!settings.values().ollamaEnabled) return null
  return status.current().engines.find(({ kind }) => kind === 'ollama')?.problem ?? null
}
