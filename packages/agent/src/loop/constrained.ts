import type { EngineTool } from '@reynard/engine'
import type { AgentPart, AgentRequest } from '../run-agent.ts'
import { grammarSchema, objectOf } from './lean-schema.ts'
import type { WrittenCall } from './prepare-call.ts'
import { type StepTaken, takeStep } from './take-step.ts'
import type { Turn } from './turn.ts'

/** A choice that is longer than this has lost its way. Tokens. */
const longestChoice = 1_024
const coolest = 0.3

/**
 * A step of a model that has no format for calls. First it chooses, held to a schema: to answer, or one call. Then, if it is to answer,
 * it is asked again and writes freely. A choice that nobody can read is taken for an answer; so is an engine that knows no schemas.
 */
export async function* chooseStep(
  turn: Turn,
  request: AgentRequest,
  tools: readonly EngineTool[],
  lead: string,
): AsyncGenerator<AgentPart, StepTaken, void> {
  const { maxTokens, temperature } = request.parameters
  const note = request.instruction === undefined ? '' : `${request.instruction}\n\n`
  const choice = counted(
    yield* takeStep(
      turn,
      {
        ...request,
        tools: [],
        parameters: {
          ...request.parameters,
          maxTokens: Math.min(maxTokens ?? longestChoice, longestChoice),
          temperature: Math.min(temperature ?? coolest, coolest),
        },
        instruction: note + choiceInstruction,
        format: choiceFormat(tools),
      },
      'silent',
    ),
  )
  if (choice.failed !== null && choice.failed.code !== 'bad-request' && choice.failed.code !== 'unsupported') {
    return { ...choice, text: '' }
  }
  const call = readChoice(choice.text, tools)
  if (call !== null) return { ...choice, text: '', calls: [call], failed: null }
  const answer = yield* takeStep(turn, { ...request, tools: [] }, 'scanned', lead)
  return { ...answer, tokens: choice.tokens + answer.tokens, usage: added(choice.usage, answer.usage) }
}

/** The tools in words, for a model that has no format for them. It stands behind the system prompt, the same at each step, so that it is read once. */
export function toolGuide(tools: readonly EngineTool[]): string {
  return [
    'When you are asked to decide what to do next, these tools are there. At any other time answer in plain words.',
    ...tools.map(choiceLine),
  ].join('\n')
}

/** What asks for a choice. Short: it is read anew at every step. */
export const choiceInstruction = [
  '[Decide what to do next. Reply with one JSON object and nothing else.',
  'To use a tool: {"action":"<tool>","arguments":{...}}, with null for what you leave out.',
  'When you know enough, or no tool helps: {"action":"answer"}. You write the answer after that.]',
].join('\n')

/** One tool in it. */
export function choiceLine(tool: EngineTool): string {
  return `- ${tool.name}(${parametersOf(tool)}): ${tool.description}`
}

/** The JSON Schema of a choice. */
export function choiceFormat(tools: readonly EngineTool[]): Record<string, unknown> {
  return {
    anyOf: [
      objectOf({ action: { const: 'answer' } }),
      ...tools.map((tool) => objectOf({ action: { const: tool.name }, arguments: grammarSchema(tool.parameters) })),
    ],
  }
}

/** The call that was chosen; null to answer. */
function readChoice(text: string, tools: readonly EngineTool[]): WrittenCall | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const name: unknown = Reflect.get(Object(value), 'action')
  if (typeof name !== 'string' || !tools.some((tool) => tool.name === name)) return null
  return { name, arguments: Reflect.get(Object(value), 'arguments') ?? {} }
}

function parametersOf({ parameters }: EngineTool): string {
  const required: unknown = parameters.required
  return Object.entries(Object(parameters.properties))
    .map(([name, schema]) => {
      const get = (key: string): unknown => Reflect.get(Object(schema), key)
      const values = get('enum')
      const type = Array.isArray(values) ? values.map((each) => JSON.stringify(each)).join('|') : (get('type') ?? 'any')
      const isOptional = !(Array.isArray(required) && required.includes(name))
      const about = get('description')
      return `${name}${isOptional ? '?' : ''}: ${String(type)}${typeof about === 'string' ? ` (${about})` : ''}`
    })
    .join(', ')
}

/** What it cost to choose is told apart where the engine counts it in: it is no part of an answer's length. */
function counted(choice: StepTaken): StepTaken {
  if (choice.usage.completionTokens === undefined) return choice
  return { ...choice, usage: { ...choice.usage, choosingTokens: choice.tokens } }
}

function added(choice: StepTaken['usage'], answer: StepTaken['usage']): StepTaken['usage'] {
  const sum = { ...choice, ...answer }
  for (const key of ['completionTokens', 'loadMs', 'promptMs', 'completionMs'] as const) {
    if (choice[key] !== undefined && answer[key] !== undefined) sum[key] = choice[key] + answer[key]
  }
  return sum
}
