import type { NewRunEvent, ToolFailure } from '@reynard/protocol'
import type { AnyTool } from '../tools/tool.ts'
import type { CallHistory } from './call-history.ts'
import { cleanText, cleanTitle } from './clean-output.ts'
import { readArguments } from './read-arguments.ts'
import type { CallScreen, PendingCall } from './turn.ts'

/** A call as a model wrote it. `arguments`: an object, JSON in a string, or null where it could not be read at all. */
export type WrittenCall = { name: string; arguments: unknown }

type ToolCallPart = Extract<NewRunEvent, { type: 'tool-call' }>

/** A call that is to be decided and run, or the reason why it is not. `part` comes before either. */
export type PreparedCall = { part: ToolCallPart } & (
  | { run: PendingCall }
  | { refused: { failure: ToolFailure; message: string } }
)

/** The tools of a turn and how the model has done with them so far. */
export type TurnTools = {
  all: readonly AnyTool[]
  /** Those of them that the model is told of. */
  told: readonly AnyTool[]
  /** Taken away for the rest of the turn, because the model can't call them. */
  withdrawn: Set<string>
  history: CallHistory
  /** Tools whose arguments were wrong once: one repair each. */
  mistaken: Set<string>
  screen?: CallScreen
}

/** Checks a call: is there such a tool, do the arguments fit, was it made before? `limit`: why no more calls may be made, if so. */
export function prepareCall(asked: WrittenCall, tools: TurnTools, limit: string | null): PreparedCall {
  const callId = `call_${crypto.randomUUID()}`
  const tool = findTool(tools.all, asked.name)
  const name = tool?.name ?? asked.name
  const screened = tools.screen?.({ name, arguments: asked.arguments }) ?? { arguments: asked.arguments }
  if ('refused' in screened) return refuse(callId, plainName(name), tool, {}, 'blocked', screened.refused)
  const written = { name: asked.name, arguments: screened.arguments }
  // Before all else: a model that calls what is not there must come to its end as well.
  if (limit !== null) {
    const read = tool === null ? null : readArguments(tool, written.arguments)
    const name = tool?.name ?? plainName(written.name)
    return refuse(callId, name, tool, read?.given ?? {}, 'limit', `${limit} Answer now with what you have.`)
  }
  if (tool === null) {
    const name = plainName(written.name)
    const there = offered(tools).map((each) => each.name)
    const message = `There is no tool named "${name}". ${there.length > 0 ? `There are: ${there.join(', ')}.` : 'Answer without tools.'}`
    return refuse(callId, name, null, {}, 'unknown-tool', message)
  }
  const read = readArguments(tool, written.arguments)
  const times = tools.history.timesMade(tool.name, read.given)
  tools.history.made(tool.name, read.given)
  if (times >= 2) {
    const message = `This call was made twice already, with the same arguments, and nothing has changed since. Use its result, or try something else.`
    return refuse(callId, tool.name, tool, read.given, 'repeated', message)
  }
  if (tools.withdrawn.has(tool.name)) {
    return refuse(
      callId,
      tool.name,
      tool,
      read.given,
      'unavailable',
      `${tool.name} is not there any more. Go on without it.`,
    )
  }
  if (!read.ok) {
    const again = tools.mistaken.has(tool.name)
    if (again) tools.withdrawn.add(tool.name)
    tools.mistaken.add(tool.name)
    const next = again ? 'Go on without this tool.' : 'Call it again with arguments that fit.'
    const message = `The arguments do not fit ${tool.name}: ${read.problem} ${next}`
    return refuse(callId, tool.name, tool, read.given, 'bad-arguments', message)
  }
  return { part: partOf(callId, tool, read.given), run: { callId, tool, input: read.input } }
}

/** The tools that the model may still call. */
export function offered(tools: TurnTools): AnyTool[] {
  return tools.told.filter((tool) => !tools.withdrawn.has(tool.name))
}

/** The tool of that name, also where a model put a namespace before it or wrote it in another case. */
export function findTool(tools: readonly AnyTool[], name: string): AnyTool | null {
  const exact = tools.find((tool) => tool.name === name)
  if (exact !== undefined) return exact
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const wanted = plain(name.replace(/^.*[.:/]/, ''))
  const near = tools.filter((tool) => plain(tool.name) === wanted)
  return near.length === 1 ? near[0]! : null
}

function plainName(name: string): string {
  return cleanText(name).replaceAll(/\s+/g, ' ').slice(0, 100)
}

function refuse(
  callId: string,
  name: string,
  tool: AnyTool | null,
  given: Record<string, unknown>,
  failure: ToolFailure,
  message: string,
): PreparedCall {
  const part: ToolCallPart =
    tool === null
      ? {
          type: 'tool-call',
          callId,
          name,
          arguments: given,
          run: {
            title: { running: `Calling ${name}`, done: `Called ${name}` },
            group: null,
            effect: 'read',
            level: 'none',
          },
        }
      : partOf(callId, tool, given)
  return { part, refused: { failure, message } }
}

function partOf(callId: string, tool: AnyTool, given: Record<string, unknown>): ToolCallPart {
  const { name, group, effect, level } = tool
  return {
    type: 'tool-call',
    callId,
    name,
    arguments: given,
    run: { title: titleOf(tool, given), group, effect, level },
  }
}

/** Arguments that do not fit have no title of their own, but which file they were about is often among them. */
function titleOf(tool: AnyTool, given: Record<string, unknown>) {
  try {
    return cleanTitle(tool.title(given))
  } catch {
    const { path } = given
    return cleanTitle({
      running: `Calling ${tool.name}`,
      done: `Called ${tool.name}`,
      ...(typeof path === 'string' && path !== '' && { detail: path, code: true }),
    })
  }
}
