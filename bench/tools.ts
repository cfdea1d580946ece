import { basename } from 'node:path'
import { printTable } from './table.ts'
import { measureCallRates } from './tools/call-rates.ts'
import { measureCancel } from './tools/cancel.ts'
import { measureLoop } from './tools/loop.ts'
import { openBenchPlace } from './tools/place.ts'
import { printCallRates } from './tools/print-call-rates.ts'
import { chooseModel } from './tools/starter-model.ts'
import { measureWalls } from './tools/walls.ts'

/**
 * `npm run bench:tools [-- --quick] [-- --calls] [-- --each] [-- FILE.gguf]`: what tools cost, through the tools themselves and inside the walls of this machine: the
 * median of several calls, wall clock. On a machine that does something else besides, read the figures as its load. Then how often models
 * call them as they should, on sixty questions whose first step is known: an engine that knows what is right, in each way of calling (what
 * is missing there was lost by us), and the starter model in each way that it can. `--quick` leaves that out unless its file is named,
 * `--calls` asks for the calls alone, `--each` prints what was called.
 */
const quick = process.argv.includes('--quick')

async function measureCost(): Promise<void> {
  const place = await openBenchPlace()
  try {
    const walls = await measureWalls(place, quick ? 3 : 15)
    const rows = [...walls, await measureLoop(place, quick ? 3 : 15), await measureCancel(quick ? 5 : 20)]
    if (printTable('Inside the walls', rows).length > 0) process.exitCode = 1
  } finally {
    await place.close()
  }
}

async function measureCalls(): Promise<void> {
  const chosen = chooseModel()
  const model = chosen === null || (quick && chosen.why !== 'named') ? null : chosen
  if (model === null) console.log('\n  No real model is asked: name a GGUF file to see how it does.')
  else console.log(`\n  ${basename(model.file)} is asked: ${model.why}.`)
  if (printCallRates(await measureCallRates(model?.file ?? null)).length > 0) process.exitCode = 1
}

if (!process.argv.includes('--calls')) await measureCost()
await measureCalls()
