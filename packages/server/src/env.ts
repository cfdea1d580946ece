import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { AppError } from '@reynard/protocol'
import {
  type EnvVariable,
  flag,
  headers,
  httpUrl,
  integer,
  list,
  oneOf,
  optionalHttpUrl,
  optionalInteger,
  optionalMatch,
  optionalNumber,
  optionalText,
  path,
  secondsByTool,
} from './env-variable.ts'
import { isAddressOrNetwork } from './http/client-address.ts'
import { describeUnknownSettings } from './unknown-settings.ts'

/** The repository's root: `.env` is read there, and relative paths count from it. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** What applies where neither the request, the conversation, the operator nor the model says anything. */
export const DEFAULT_SAMPLING = { temperature: 0.7, maxTokens: 2048 } as const

const variables = {
  PORT: integer(8000, 0, 65_535),
  HOST: { ...path('127.0.0.1'), allowed: 'a host name or address' },
  REYNARD_ALLOWED_HOSTS: list(
    (word) => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i.test(word),
    'names such as reynard.example.org',
  ),
  REYNARD_TRUSTED_PROXIES: list(isAddressOrNetwork, 'addresses or networks such as 10.0.0.5, 172.16.0.0/12'),
  REYNARD_SETUP_CODE: optionalMatch(/^\S{26,200}$/, 'at least 26 characters, hard to guess', { secret: true }),
  REYNARD_SETUP_CODE_FILE: optionalText(4096),
  REYNARD_DATA_DIR: path('data'),
  REYNARD_MODELS_DIR: optionalText(4096),
  DATABASE_URL: optionalMatch(/^postgres(ql)?:\/\/\S+$/, 'postgres://user:password@host/name', { secret: true }),
  REYNARD_UNDO_SECONDS: integer(10, 0, 86_400),

  REYNARD_ENGINE: oneOf('auto', ['auto', 'ollama', 'embedded', 'openai']),
  OLLAMA_ENABLED: flag(true),
  OLLAMA_BASE_URL: httpUrl('http://localhost:11434'),
  OLLAMA_DEFAULT_MODEL: optionalMatch(/^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,299}$/, 'the name of a model'),
  OLLAMA_TIMEOUT_SECONDS: integer(300, 1, 86_400),
  OLLAMA_MAX_CONCURRENT_REQUESTS: integer(5, 1, 10_000),
  REYNARD_ANSWERS_PER_USER: integer(0, 0, 10_000),
  OLLAMA_TEMPERATURE: optionalNumber(0, 2),
  OLLAMA_MAX_TOKENS: optionalInteger(1, 131_072),
  OLLAMA_SYSTEM_PROMPT: optionalText(32_000),
  OPENAI_BASE_URL: optionalHttpUrl(),
  OPENAI_API_KEY: optionalText(1000, { secret: true }),
  REYNARD_STRICT_MODEL: flag(false),

  OLLAMA_ASSISTANT_ENABLED: flag(true),
  OLLAMA_TOOLS_ENABLED: flag(true),
  OLLAMA_CONTEXT_AWARENESS: flag(true),
  REYNARD_APPROVAL_MINUTES: integer(30, 1, 1440),
  REYNARD_API_TOOLS: flag(false),
  REYNARD_TURN_STEPS: integer(16, 1, 200),
  REYNARD_TURN_CALLS: integer(64, 1, 1_000),
  REYNARD_TURN_MINUTES: integer(10, 1, 1440),
  REYNARD_TURN_TOKENS: integer(32_768, 256, 4_194_304),
  REYNARD_TOOL_SECONDS: secondsByTool(),
  REYNARD_WORKSPACE_MB: integer(1024, 1, 1_048_576),
  REYNARD_WORKSPACE_FILES: integer(100_000, 100, 1_000_000),
  REYNARD_AUDIT_DAYS: integer(365, 30, 3_650),

  REYNARD_SEARCH: oneOf('auto', ['auto', 'searxng', 'brave', 'tavily', 'wikipedia', 'off']),
  SEARXNG_BASE_URL: optionalHttpUrl(),
  BRAVE_API_KEY: optionalText(1000, { secret: true }),
  TAVILY_API_KEY: optionalText(1000, { secret: true }),

  REYNARD_QUEUE_PLACES: integer(1000, 1, 1_000_000),
  REYNARD_MODEL_SLOTS: optionalInteger(1, 10_000),

  REYNARD_STARTER: oneOf('auto', ['auto', 'off']),
  HF_ENDPOINT: httpUrl('https://huggingface.co'),
  HF_TOKEN: optionalText(1000, { secret: true }),
  REYNARD_THREADS: optionalInteger(1, 1024),
  REYNARD_GPU: oneOf('auto', ['auto', 'off', 'cuda', 'vulkan']),

  LOG_LEVEL: oneOf('info', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  REYNARD_METRICS_TOKEN: optionalMatch(/^[\x21-\x7e]{16,200}$/, '16 to 200 characters without spaces', {
    secret: true,
  }),
  LOG_FORMAT: oneOf('auto', ['auto', 'json', 'pretty']),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalHttpUrl(),
  OTEL_EXPORTER_OTLP_HEADERS: headers(),
  OTEL_SERVICE_NAME: optionalMatch(/^\S.{0,199}$/, 'a name of at most 200 characters'),
  REYNARD_TRACE_CONTENT: flag(false),
} satisfies Record<string, EnvVariable<unknown>>

type Name = keyof typeof variables
type Values = { [Key in Name]: (typeof variables)[Key] extends EnvVariable<infer Value> ? Value : never }

/** Every setting with its default as text, for .env.example and its test. */
export const ENV_DEFAULTS: Record<string, string> = {
  ...Object.fromEntries(Object.entries(variables).map(([name, { fallback }]) => [name, fallback])),
  REYNARD_MODELS_DIR: 'data/models',
  OLLAMA_TEMPERATURE: String(DEFAULT_SAMPLING.temperature),
  OLLAMA_MAX_TOKENS: String(DEFAULT_SAMPLING.maxTokens),
}

/** Every setting, checked. Paths are absolute; times are in milliseconds. Null: not set by the operator. `given`: names of variables that are set. */
export type Env = ReturnType<typeof arrange> & {
  given: ReadonlySet<string>
  /** Each variable as somebody wrote it, for who runs the server: null where it is not set, no secret, no password of an address. */
  texts: Record<string, { text: string | null; isSecret: boolean }>
}

export type EnvSource = Record<string, string | undefined>

/**
 * Reads all settings. Nothing else in the server looks at `process.env`.
 * @param source names and values; without it the process's environment, over the `.env` file at the repository's root
 * @throws AppError `bad-request` with one sentence naming the variable and what is allowed
 */
export function readEnv(source: EnvSource = withEnvFile(process.env)): Env {
  const values = Object.fromEntries(
    Object.entries(variables).map(([name, definition]) => [name, readVariable(name, definition, source[name])]),
  )
  return { ...arrange(values as Values), given: given(source), texts: texts(source) }
}

function texts(source: EnvSource): Env['texts'] {
  return Object.fromEntries(
    Object.entries(variables).map(([name, { secret }]) => {
      const written = source[name]?.trim() ?? ''
      const shown = secret ? '***' : withoutCredentials(written)
      return [name, { text: written === '' ? null : shown, isSecret: secret }]
    }),
  )
}

/** Names of the variables that somebody set. */
function given(source: EnvSource): ReadonlySet<string> {
  return new Set(Object.keys(variables).filter((name) => source[name]?.trim()))
}

/** A sentence for each name in `.env` or the environment that is no setting but looks like one. */
export function unknownSettings(): string[] {
  const given = { file: Object.keys(envFile()), environment: Object.keys(process.env) }
  return describeUnknownSettings(given, Object.keys(variables))
}

/** `.env` at the root beneath the real environment, which wins. An empty value counts as not set. */
function withEnvFile(environment: EnvSource): EnvSource {
  return { ...envFile(), ...environment }
}

function envFile(): EnvSource {
  const file = join(ROOT, '.env')
  return existsSync(file) ? parseEnvFile(readFileSync(file, 'utf8')) : {}
}

/** Names and values of a `.env`. Windows' editors may put a byte order mark before it, which would be a part of the first name. */
export function parseEnvFile(text: string): EnvSource {
  return parseEnv(text.replace(/^\uFEFF/, ''))
}

function readVariable(name: string, definition: EnvVariable<unknown>, given: string | undefined): unknown {
  const text = given?.trim() ?? ''
  const result = definition.schema.safeParse(text === '' ? definition.fallback : text)
  if (result.success) return result.data
  const shown = definition.secret ? 'set to something else' : JSON.stringify(withoutCredentials(text).slice(0, 100))
  throw new AppError('bad-request', `${name} is ${shown}, but it must be ${definition.allowed}.`, {
    docs: 'settings',
    details: { variable: name },
  })
}

/** An address may carry a password: it is not for the screen. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/, '//***@')
}

function arrange(values: Values) {
  const dataDir = absolute(values.REYNARD_DATA_DIR)
  return {
    port: values.PORT,
    host: values.HOST.replace(/^\[(.*)\]$/, '$1'),
    isLoopback: isLoopback(values.HOST),
    allowedHosts: values.REYNARD_ALLOWED_HOSTS,
    trustedProxies: values.REYNARD_TRUSTED_PROXIES,
    setUpCode: { code: values.REYNARD_SETUP_CODE, file: values.REYNARD_SETUP_CODE_FILE },
    dataDir,
    modelsDir: values.REYNARD_MODELS_DIR === null ? join(dataDir, 'models') : absolute(values.REYNARD_MODELS_DIR),
    databaseUrl: values.DATABASE_URL,
    undoMs: values.REYNARD_UNDO_SECONDS * 1000,
    engine: values.REYNARD_ENGINE,
    ollama: {
      enabled: values.OLLAMA_ENABLED,
      baseUrl: values.OLLAMA_BASE_URL,
    },
    openai: { baseUrl: values.OPENAI_BASE_URL, apiKey: values.OPENAI_API_KEY },
    defaultModel: values.OLLAMA_DEFAULT_MODEL,
    strictModel: values.REYNARD_STRICT_MODEL,
    engineTimeoutMs: values.OLLAMA_TIMEOUT_SECONDS * 1000,
    maxConcurrentRequests: values.OLLAMA_MAX_CONCURRENT_REQUESTS,
    answersPerUser: values.REYNARD_ANSWERS_PER_USER,
    temperature: values.OLLAMA_TEMPERATURE,
    maxTokens: values.OLLAMA_MAX_TOKENS,
    systemPrompt: values.OLLAMA_SYSTEM_PROMPT,
    assistants: { enabled: values.OLLAMA_ASSISTANT_ENABLED, tools: values.OLLAMA_TOOLS_ENABLED },
    contextAwareness: values.OLLAMA_CONTEXT_AWARENESS,
    approvals: { expiryMs: values.REYNARD_APPROVAL_MINUTES * 60_000, apiMayAct: values.REYNARD_API_TOOLS },
    turn: {
      steps: values.REYNARD_TURN_STEPS,
      calls: values.REYNARD_TURN_CALLS,
      minutes: values.REYNARD_TURN_MINUTES,
      tokens: values.REYNARD_TURN_TOKENS,
    },
    toolSeconds: values.REYNARD_TOOL_SECONDS,
    workspace: { megabytes: values.REYNARD_WORKSPACE_MB, files: values.REYNARD_WORKSPACE_FILES },
    auditDays: values.REYNARD_AUDIT_DAYS,
    search: {
      choice: values.REYNARD_SEARCH,
      searxngBaseUrl: values.SEARXNG_BASE_URL,
      braveApiKey: values.BRAVE_API_KEY,
      tavilyApiKey: values.TAVILY_API_KEY,
    },
    queuePlaces: values.REYNARD_QUEUE_PLACES,
    modelSlots: values.REYNARD_MODEL_SLOTS,
    starter: values.REYNARD_STARTER,
    huggingFace: { endpoint: values.HF_ENDPOINT, token: values.HF_TOKEN },
    threads: values.REYNARD_THREADS,
    gpu: values.REYNARD_GPU,
    logLevel: values.LOG_LEVEL,
    metricsToken: values.REYNARD_METRICS_TOKEN,
    logFormat: values.LOG_FORMAT,
    traces: {
      endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: values.OTEL_EXPORTER_OTLP_HEADERS,
      service: values.OTEL_SERVICE_NAME ?? 'reynard',
      content: values.REYNARD_TRACE_CONTENT,
    },
  }
}

/** True for addresses that only this machine can reach. */
function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host)
}

function absolute(given: string): string {
  return resolve(ROOT, given.replace(/^~(?=$|[/\\])/, homedir()))
}
