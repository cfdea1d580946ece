import { z } from 'zod'

/** A path as a model gives it. What it may name is decided by the workspace, which refuses whatever leads out of it. */
export const filePathSchema = z
  .string()
  .min(1)
  .max(1_000)
  .describe('Path within the workspace, such as data/orders.csv')

/** Bytes as people write them. */
export function readableBytes(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = bytes / 1_000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}
