import type { EngineTool } from '@reynard/engine'
import { z } from 'zod'
import { roughTokens } from '../token-estimator.ts'
import type { AnyTool } from '../tools/tool.ts'
import { leanSchema } from './lean-schema.ts'

const known = new WeakMap<AnyTool, EngineTool>()

/** A tool as a model is told of it. */
export function toolDefinition(tool: AnyTool): EngineTool {
  const there = known.get(tool)
  if (there !== undefined) return there
  // What the model writes, before defaults are filled in.
  const parameters = leanSchema(z.toJSONSchema(tool.input, { io: 'input', unrepresentable: 'any' }))
  const definition = { name: tool.name, description: tool.description, parameters }
  known.set(tool, definition)
  return definition
}

/** What the definition takes of a model's window, roughly, in tokens. */
export function toolTokens(tool: AnyTool): number {
  return roughTokens(JSON.stringify(toolDefinition(tool)))
}
