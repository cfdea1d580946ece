import { describeMachine } from '../scripts/setup.ts'
import { cutWatchers } from './torture/cut-watchers.ts'
import { killServer } from './torture/kill-server.ts'
import { startStack } from './torture/start-stack.ts'

/**
 * `npm run torture [-- --quick] [-- --seed=N]`: 2,000 random cuts of watchers' connections over 100 runs, and 100 × kill -9 of the server in
 * mid-run. `--quick` is the size that CI runs. Exits 1 when anything was lost, doubled or left hanging.
 */
const quick = process.argv.includes('--quick')
const seed = Number(process.argv.find((argument) => argument.startsWith('--seed='))?.slice(7) ?? Date.now() % 1e9)

/** mulberry32: the same seed cuts at the same moments, as far as a machine can. */
function seeded(state: number): () => number {
  let a = state
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

console.log(`${describeMachine()}, seed ${seed}`)
const random = seeded(seed)
const stack = await startStack()
const cut = await cutWatchers(stack, { runs: quick ? 20 : 100, cuts: quick ? 100 : 2_000, random })
console.log(`${cut.cuts} cuts over ${cut.runs} runs: ${cut.wrong.length} wrong`)
const kill = await killServer(stack, { kills: quick ? 10 : 100, random })
console.log(
  `${kill.kills} kills, ${kill.messages} accepted messages, ${kill.interrupted} interrupted: ${kill.wrong.length} wrong`,
)
for (const line of [...cut.wrong, ...kill.wrong].slice(0, 20)) console.log(`  ${line}`)
await stack.stop()
process.exit(cut.wrong.length + kill.wrong.length > 0 ? 1 : 0)
