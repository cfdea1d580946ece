import { operatorSettingsSchema, type SettingControl } from '@reynard/protocol'
import { z } from 'zod'
import type { SettingName } from './setting-registry.ts'

/** Those whose values have a meaning of their own. */
const OWN: Partial<Record<SettingName, SettingControl>> = {
  ollamaBaseUrl: { kind: 'address' },
  openaiBaseUrl: { kind: 'address' },
  defaultModel: { kind: 'model' },
  toolSeconds: { kind: 'seconds-by-tool' },
}

const propertySchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
})

/** How a setting is entered: read off the schema that its values are held to, so that the two can't differ. Throws for one of another kind. */
export function controlOf(name: SettingName): SettingControl {
  const own = OWN[name]
  if (own !== undefined) return own
  const value = propertySchema.parse(z.toJSONSchema(operatorSettingsSchema.shape[name].unwrap(), { io: 'input' }))
  if (value.type === 'boolean') return { kind: 'switch' }
  if (value.enum !== undefined) return { kind: 'choice', options: value.enum }
  if (value.type === 'integer' || value.type === 'number') {
    const { minimum: low, maximum: high } = value
    if (low !== undefined && high !== undefined) return { kind: 'number', low, high, isWhole: value.type === 'integer' }
  }
  if (value.type === 'string' && value.maxLength !== undefined) return { kind: 'text', most: value.maxLength }
  throw new Error(`The page of settings has no field for "${name}": give it bounds, or a control of its own.`)
}
