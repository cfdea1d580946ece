type Schema = Record<string, unknown>

/** Longer repetitions break the grammars that some servers make of a schema (llama.cpp refuses more than 2,000). */
const longestRepetition = 1_000
const lengths = ['minLength', 'maxLength', 'minItems', 'maxItems']

/** A JSON Schema without what costs tokens and says nothing, and without what no grammar can hold. */
export function leanSchema(schema: unknown): Schema {
  if (!isRecord(schema)) return {}
  const lean: Schema = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$schema' || key === 'additionalProperties' || key === 'pattern' || key === 'format') continue
    if (lengths.includes(key) && typeof value === 'number' && value > longestRepetition) continue
    if ((key === 'minimum' || key === 'maximum') && !(Math.abs(Number(value)) < 1e9)) continue
    lean[key] = leanValue(key, value)
  }
  return lean
}

function leanValue(key: string, value: unknown): unknown {
  if (key === 'properties' && isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, leanSchema(each)]))
  }
  if ((key === 'anyOf' || key === 'oneOf') && Array.isArray(value)) return value.map(leanSchema)
  return key === 'items' ? leanSchema(value) : value
}

/**
 * The same for a grammar that writes every property: what may be left out may be null instead, which `readArguments` takes for that.
 * Descriptions and defaults mean nothing to a grammar.
 */
export function grammarSchema(schema: unknown): Schema {
  if (!isRecord(schema)) return {}
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) return { anyOf: alternatives.map(grammarSchema) }
  if ('const' in schema) return { const: schema.const }
  if (Array.isArray(schema.enum)) return { enum: schema.enum }
  if (schema.type === 'array') {
    const { minItems, maxItems } = leanSchema(schema)
    return {
      type: 'array',
      items: grammarSchema(schema.items),
      ...(minItems !== undefined && { minItems }),
      ...(maxItems !== undefined && { maxItems }),
    }
  }
  if (schema.type !== 'object') return typeof schema.type === 'string' ? { type: schema.type } : {}
  const properties = isRecord(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required : []
  return objectOf(
    Object.fromEntries(
      Object.entries(properties).map(([name, value]) => {
        const own = grammarSchema(value)
        return [name, required.includes(name) ? own : { anyOf: [own, { type: 'null' }] }]
      }),
    ),
  )
}

/** An object with exactly these properties. */
export function objectOf(properties: Record<string, Schema>): Schema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
