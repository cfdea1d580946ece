import type { UsageKind, UsageReport } from '@reynard/protocol'
import { csvCell } from '../http/csv-cell.ts'

const COUNTED = ['requests', 'successful', 'failed', 'promptTokens', 'completionTokens', 'meanMs'] as const
const HEAD = ['requests', 'successful', 'failed', 'prompt_tokens', 'completion_tokens', 'mean_ms']

/** A report by one of its kinds as CSV (RFC 4180), a line each with its id; what has no mean has an empty cell. */
export function usageCsv(report: UsageReport, by: UsageKind): string {
  if (by === 'tool') {
    const head = ['tool', 'tool_group', 'calls', 'ran', 'failed', 'denied', 'mean_ms']
    return lines(
      head,
      report.tool.map(({ name, group, calls, ran, failed, denied, meanMs }) => [
        name,
        group,
        calls,
        ran,
        failed,
        denied,
        meanMs,
      ]),
    )
  }
  return lines(
    [by, `${by}_id`, ...HEAD],
    report[by].map((row) => [row.name, row.id, ...COUNTED.map((name) => row[name])]),
  )
}

type Cell = string | number | null

function lines(head: readonly string[], rows: readonly Cell[][]): string {
  return [head, ...rows].map((row) => `${row.map((cell) => csvCell(String(cell ?? ''))).join(',')}\r\n`).join('')
}
