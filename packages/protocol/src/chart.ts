import { z } from 'zod'

/** Where a point stands on the first axis, and its value in each series; null where a series has none. */
const chartPointSchema = z.tuple([z.union([z.string().max(200), z.number()])], z.number().nullable())

/**
 * A chart as data: nothing in it is a program, an address or a style, so that who draws it decides all of that. `unit` stands behind
 * values, e.g. `%`. Every text is an attacker's and is drawn as text.
 */
export const chartSpecSchema = z.object({
  type: z.enum(['bar', 'line', 'area', 'scatter']),
  /** Bars and areas on top of each other. */
  stacked: z.boolean().optional(),
  title: z.string().max(200),
  xLabel: z.string().max(100),
  yLabel: z.string().max(100),
  unit: z.string().max(20).optional(),
  series: z.array(z.string().max(100)).min(1).max(6),
  points: z.array(chartPointSchema).max(2_000),
})
export type ChartSpec = z.infer<typeof chartSpecSchema>
