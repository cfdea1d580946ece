import { type AssistantDefinition, type AssistantSummary, assistantDefinitionSchema, lookOf } from '@reynard/protocol'
import { assistantImportMessages } from '../../lib/messages-assistant-import.ts'
import { plainText } from '../../lib/plain-text.ts'

const text = assistantImportMessages
const MOST_NAME = 64

/** What is needed of an issue that zod raises. */
type Issue = {
  code?: string
  input?: unknown
  expected?: string
  maximum?: number | bigint
  minimum?: number | bigint
  origin?: string
  values?: readonly unknown[]
}

/** Where the schema has no sentence of its own. */
function sayWrong(issue: Issue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return text.missing
  switch (issue.code) {
    case 'invalid_type':
      return text.mustBe(issue.expected ?? '')
    case 'too_big':
      return issue.origin === 'string' ? text.longest(Number(issue.maximum)) : text.most(Number(issue.maximum))
    case 'too_small':
      return issue.origin === 'string' ? text.empty : text.least(Number(issue.minimum))
    case 'invalid_value':
      return text.oneOf((issue.values ?? []).map(String))
    default:
      return text.malformed
  }
}

function nameOf([first, second]: PropertyKey[]): string {
  if (first === 'tools' && second !== undefined) return text.rule(plainText(String(second)).slice(0, MOST_NAME))
  if (first === 'parameters' && second !== undefined) return text.fields[String(second)] ?? String(second)
  return text.fields[String(first)] ?? String(first)
}

/** The assistant in a file's text, or in words why it can't be taken. Loaded on demand, for its schemas. */
export function readAssistant(source: string): { definition: AssistantDefinition } | { problem: string } {
  if (source.trim() === '') return { problem: text.emptyFile }
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    return { problem: text.notJson }
  }
  if (!(value instanceof Object) || !('name' in value || 'instructions' in value)) return { problem: text.noAssistant }
  const { data, error } = assistantDefinitionSchema.safeParse(value, { error: sayWrong })
  if (data) return { definition: data }
  const [issue] = error.issues
  if (!issue) return { problem: text.noAssistant }
  const others = new Set(error.issues.map(({ path }) => nameOf(path))).size - 1
  return { problem: text.wrong(nameOf(issue.path), issue.message, others) }
}

/** The assistant that came with the server and is called like this, at a glance. */
export function shippedLike(name: string, assistants: readonly AssistantSummary[]): AssistantSummary | undefined {
  return assistants.find((other) => other.builtIn && lookOf(other.name) === lookOf(name))
}
