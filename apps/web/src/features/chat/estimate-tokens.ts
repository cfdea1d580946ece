/** Letters, signs and spaces per token, roughly, in the languages that most models were made for. */
const CHARACTERS_PER_TOKEN = 4
/** From this share of the room on, the meter warns. */
const WARNING_SHARE = 0.85
/** Definitions of tools take at most this part of the window, as on the server; more tools are left out. */
const TOOL_SHARE = 0.25

/** What a text takes of the window, about. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.trim().length / CHARACTERS_PER_TOKEN)
}

/** What the last run reported about its window, in tokens; `messages` and `dropped` count messages. */
export type RunContext = {
  budget: number
  used: number
  system: number
  messages: number
  reserved: number
  dropped: number
  calibrated: boolean
  tools?: number | undefined
  toolsLeftOut?: readonly string[] | undefined
  memory?: number | undefined
  summary?: number | undefined
  summarised?: number | undefined
  files?: number | undefined
  /** How the model calls tools; absent where it is given none. */
  toolMode?: 'native' | 'constrained' | undefined
}

/** The window as the meter shows it, in tokens; `dropped` counts messages. */
export type ContextUse = {
  budget: number
  used: number
  system: number
  /** Before the first run an estimate. */
  tools: number
  conversation: number
  draft: number
  reserved: number
  dropped: number
  /** What the last run told of its parts; null before the first one. */
  parts: RunContext | null
  isAbout: boolean
  isTight: boolean
}

type UseInput = {
  context: RunContext | null
  /** Before the first run: the window of the chat's model, what the answer may need, and its instructions. */
  budget: number | null
  reserved: number
  /** Tokens of its instructions, and of the definitions of its tools. */
  system: number
  tools: number
  /** What is being written. */
  draft: number
}

/** Null where no window is known. */
export function contextUse({
  context,
  budget: known,
  reserved: asked,
  system: askedSystem,
  tools: askedTools,
  draft,
}: UseInput): ContextUse | null {
  const budget = context?.budget ?? known
  if (budget === null || budget <= 0) return null
  const system = context?.system ?? askedSystem
  const tools = context ? (context.tools ?? 0) : Math.min(askedTools, Math.floor(budget * TOOL_SHARE))
  const used = (context?.used ?? system + tools) + draft
  // An answer may claim at most half of the window, as on the server.
  const reserved = context?.reserved ?? Math.min(asked, Math.floor(budget / 2))
  const dropped = context?.dropped ?? 0
  return {
    budget,
    used,
    system,
    tools,
    conversation: Math.max(0, used - system - tools - draft - partsOf(context)),
    parts: context,
    draft,
    reserved,
    dropped,
    isAbout: !context?.calibrated || draft > 0,
    // What is kept free for the answer is no room for the conversation: messages are left out before the whole window is full.
    isTight: dropped > 0 || used >= (budget - reserved) * WARNING_SHARE,
  }
}

/** What is neither instructions, tools nor conversation. */
function partsOf(context: RunContext | null): number {
  const { memory = 0, summary = 0, files = 0 } = context ?? {}
  return memory + summary + files
}
