import { printTable } from './table.ts'
import { measureLoop } from './tools/loop.ts'
import { openBenchPlace } from './tools/place.ts'
import { measureWalls } from './tools/walls.ts'

/**
 * `npm run bench:tools [-- --quick]`: what tools cost, through the tools themselves and inside the walls of this machine: the median of
 * several calls, wall clock. On a machine that does something else besides, read the figures as its load.
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
