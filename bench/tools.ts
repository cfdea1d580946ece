import { printTable } from './table.ts'
import { findModelFile, measureCallRates } from './tools/call-rates.ts'
import { measureLoop } from './tools/loop.ts'
import { openBenchPlace } from './tools/place.ts'
import { printCallRates } from './tools/print-call-rates.ts'
import { measureWalls } from './tools/walls.ts'

/**
 * `npm run bench:tools [-- --quick] [-- FILE.gguf]`: what tools cost, through the tools themselves and inside the walls of this machine: the
 * median of several calls, wall clock. On a machine that does something else besides, read the figures as its load. Then how often models
 * call them as they should, on sixty questions whose first step is known: an engine that knows what is right, in each way of calling (what
 * is missing there was lost by us), and a real model as it is. `--quick` leaves the real model out unless its file is named.
 */
const quick = process.argv.includes('--quick')
const place = await openBenchPlace()
try {
  const walls = await measureWalls(place, quick ? 3 : 15)
  const missed = printTable('Inside the walls', [...walls, await measureLoop(place, quick ? 3 : 15)])
  if (missed.length > 0) process.exitCode = 1
} finally {
  await place.close()
}
const named = process.argv.some((argument) => argument.endsWith('.gguf'))
const file = quick && !named ? null : findModelFile()
if (file === null) console.log('\n  No real model is asked: name a GGUF file to see how it does.')
if (printCallRates(await measureCallRates(file)).length > 0) process.exitCode = 1
