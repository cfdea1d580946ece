import { printTable, type Row } from '../table.ts'
import type { CallRates } from './call-rates.ts'

/** A table of them. Returns the rows that missed: a model does as well as it can, the engine that knows what is right must lose nothing. */
export function printCallRates(rates: readonly CallRates[]): Row[] {
  const rows = rates.flatMap(({ who, way, isScripted, tasks, calls, valid, right }) => {
    const share = (what: string, value: number): Row => ({
      what: `${who}, ${way}: ${what}`,
      measured: value * 100,
      goal: isScripted ? 100 : 0,
      better: 'higher',
      unit: '%',
      digits: 0,
    })
    return [share(`of ${calls} calls fit`, valid), share(`of ${tasks} first steps are right`, right)]
  })
  return printTable('Calls of tools', rows)
}
