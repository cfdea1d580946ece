import type { GbnfJsonSchema } from 'node-llama-cpp'

/** The generator's schema without references. */
export type GrammarSchema = GbnfJsonSchema<Record<never, never>>

const anything: GrammarSchema = { type: ['string', 'number', 'boolean', 'null'] }

/**
 * A JSON Schema as the grammar generator takes it. It knows a part of the standard; what it does not know (patterns, `allOf`,
 * references) is left out, so that the grammar allows more than the schema, never less. The caller validates the result anyway.
 */
export function toGrammarSchema(schema: unknown): GrammarSchema {
  return translate(schema, false)
}

/**
 * The same for the arguments of a function. The generator writes every property that there is, so what may be left out may be null, or
 * the model would have to invent a value; `withoutNulls` takes those out again.
 */
export function toParameterSchema(schema: unknown): GrammarSchema {
  return translate(schema, true)
}

/** Arguments without the nulls that stand for what was left out. */
export function withoutNulls(given: Record<string, unknown>, schema: unknown): Record<string, unknown> {
  const required = isRecord(schema) && Array.isArray(schema.required) ? schema.required : []
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== null || required.includes(name)))
}

function translate(schema: unknown, optionalAsNull: boolean): GrammarSchema {
  if (!isRecord(schema)) return anything
  const alternatives = schema.oneOf ?? schema.anyOf
  if (Array.isArray(alternatives) && alternatives.length > 0) {
    return { oneOf: alternatives.map((each) => translate(each, optionalAsNull)) }
  }
  if ('const' in schema && isScalar(schema.const)) return { const: schema.const }
  if (Array.isArray(schema.enum)) return { enum: schema.enum.filter(isScalar) }
  const description = typeof schema.description === 'string' ? { description: schema.description } : {}
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter(isScalarType)
    return types.length > 0 ? { type: types, ...description } : anything
  }
  if (schema.type === 'object' || isRecord(schema.properties)) return objectSchema(schema, description, optionalAsNull)
  if (schema.type === 'array') {
    const { minItems, maxItems } = schema
    return {
      type: 'array',
      items: translate(schema.items, optionalAsNull),
      ...(typeof minItems === 'number' ? { minItems } : {}),
      ...(typeof maxItems === 'number' ? { maxItems } : {}),
      ...description,
    }
  }
  return isScalarType(schema.type) ? { type: schema.type, ...description } : anything
}

function objectSchema(
  schema: Record<string, unknown>,
  description: { description?: string },
  optionalAsNull: boolean,
): GrammarSchema {
  const properties = isRecord(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required : []
  const property = (name: string, value: unknown): GrammarSchema => {
    const own = translate(value, optionalAsNull)
    return optionalAsNull && !required.includes(name) ? { oneOf: [own, { type: 'null' }] } : own
  }
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, property(name, value)])),
    ...(Array.isArray(schema.required)
      ? { required: schema.required.filter((name): name is string => typeof name === 'string' && name in properties) }
      : {}),
    ...(Object.keys(properties).length === 0 ? { additionalProperties: true } : {}),
    ...description,
  }
}

type Scalar = string | number | boolean | null
type ScalarType = 'string' | 'number' | 'integer' | 'boolean' | 'null'

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function isScalarType(value: unknown): value is ScalarType {
  return typeof value === 'string' && ['string', 'number', 'integer', 'boolean', 'null'].includes(value)
}
