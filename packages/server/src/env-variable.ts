import { type ToolSeconds, toolSecondsSchema } from '@reynard/protocol'
import { z } from 'zod'

/** How one environment variable is read. `fallback` is its default as .env.example shows it; '' means "not set". */
export type EnvVariable<Value> = {
  schema: z.ZodType<Value, string>
  fallback: string
  /** Ends the sentence "NAME is …, but it must be …". */
  allowed: string
  /** A secret's value never stands in an error. */
  secret: boolean
}

const variable = <Value>(
  schema: z.ZodType<Value, string>,
  fallback: string,
  allowed: string,
  secret = false,
): EnvVariable<Value> => ({ schema, fallback, allowed, secret })

/** A whole number from `least` to `most`. */
export function integer(fallback: number, least: number, most: number): EnvVariable<number> {
  return variable(wholeNumber(least, most), String(fallback), `a whole number from ${least} to ${most}`)
}

/** A whole number, or null where nothing is set. */
export function optionalInteger(least: number, most: number): EnvVariable<number | null> {
  const schema = z.union([z.literal('').transform(() => null), wholeNumber(least, most)])
  return variable(schema, '', `a whole number from ${least} to ${most}, or empty`)
}

function wholeNumber(least: number, most: number): z.ZodType<number, string> {
  return z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(least).max(most))
}

/** A number, or null where nothing is set. `shown` is the default that applies then. */
export function optionalNumber(least: number, most: number): EnvVariable<number | null> {
  const schema = z.union([
    z.literal('').transform(() => null),
    z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .transform(Number)
      .pipe(z.number().min(least).max(most)),
  ])
  return variable(schema, '', `a number from ${least} to ${most}, or empty`)
}

/** One of a few words. */
export function oneOf<const Value extends string>(fallback: Value, values: readonly Value[]): EnvVariable<Value> {
  return variable(z.enum(values), fallback, `one of ${values.join(', ')}`)
}

/** true/false, also 1/0, yes/no, on/off. */
export function flag(fallback: boolean): EnvVariable<boolean> {
  const schema = z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', '1', 'yes', 'on', 'false', '0', 'no', 'off']))
    .transform((word) => ['true', '1', 'yes', 'on'].includes(word))
  return variable(schema, String(fallback), 'true or false')
}

/** An http or https address, without a slash at its end. */
export function httpUrl(fallback: string): EnvVariable<string> {
  return variable(httpAddress, fallback, 'an address such as http://localhost:11434')
}

/** As `httpUrl`; null where nothing is set. */
export function optionalHttpUrl(): EnvVariable<string | null> {
  const schema = z.union([z.literal('').transform(() => null), httpAddress])
  return variable(schema, '', 'an address such as http://localhost:8080/v1, or empty')
}

const httpAddress: z.ZodType<string, string> = z
  .url({ protocol: /^https?$/ })
  .transform((address) => address.replace(/\/+$/, ''))

/** Any text; null where nothing is set. */
export function optionalText(most: number, options: { secret?: boolean } = {}): EnvVariable<string | null> {
  const schema = z
    .string()
    .max(most)
    .transform((text) => (text === '' ? null : text))
  return variable(schema, '', `at most ${most} characters`, options.secret)
}

/** Text that must look as `pattern` says, or null where nothing is set. */
export function optionalMatch(
  pattern: RegExp,
  allowed: string,
  options: { secret?: boolean } = {},
): EnvVariable<string | null> {
  const schema = z.union([z.literal('').transform(() => null), z.string().regex(pattern)])
  return variable(schema, '', `${allowed}, or empty`, options.secret)
}

/** Whole numbers by the name of a tool, e.g. `run_tests=300, run_python=60`. */
export function secondsByTool(): EnvVariable<ToolSeconds> {
  const schema = z
    .string()
    .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.split('=')])))
    .pipe(z.array(z.tuple([z.string().trim(), z.string().trim().regex(/^\d+$/).transform(Number)])))
    .transform((pairs) => Object.fromEntries(pairs))
    .pipe(toolSecondsSchema)
  return variable(schema, '', 'a list such as run_tests=300, run_python=60, each from 1 to 3600, or empty')
}

/** Headers as OpenTelemetry writes them: `name=value` between commas, the values encoded as in an address. They are secret. */
export function headers(): EnvVariable<Record<string, string>> {
  const schema = z.string().transform((text, context) => {
    const pairs = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part]))
    const read = pairs.map((pair) => /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*(.*?)\s*$/.exec(pair))
    try {
      return Object.fromEntries(read.map((found) => [found![1]!, decodeURIComponent(found![2]!)]))
    } catch {
      context.addIssue('not a list of headers')
      return z.NEVER
    }
  })
  return variable(schema, '', 'a list such as authorization=Bearer%20abc, or empty', true)
}

/** Words between commas, each of which must fit. */
export function list(fits: (word: string) => boolean, allowed: string): EnvVariable<string[]> {
  const schema = z
    .string()
    .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
    .pipe(z.array(z.string().refine(fits)))
  return variable(schema, '', `${allowed}, or empty`)
}

/** A path; relative ones count from the repository's root. */
export function path(fallback: string): EnvVariable<string> {
  return variable(z.string().min(1).max(4096), fallback, 'a path')
}
