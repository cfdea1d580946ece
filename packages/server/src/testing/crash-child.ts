import { LOCAL_OWNER_ID, openDatabase } from '@reynard/db'
import { createScriptedEngine } from '@reynard/engine/testing'
import { openRunKit, question, targetFor } from './open-run-kit.ts'

/**
 * A server without doors that is going to be killed: starts runs that never end, and prints what their watchers have seen. Its disk is
 * slow, so that watchers are well ahead of what is saved.
 */
const [dataDir, count] = [process.argv[2]!, Number(process.argv[3])]
const engine = createScriptedEngine({
  async *script() {
    for (let i = 0; ; i += 1) {
      yield `word${i} `
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  },
})
const selection = { state: 'ready' as const, target: targetFor(engine, { slots: count }) }
const kit = await openRunKit({
  db: await openDatabase({ dataDir, commitDelayMs: 250 }),
  engine,
  ceiling: count,
  selection,
})

const send = () => kit.runs.send(LOCAL_OWNER_ID, question({ settings: { maxTokens: 100_000 } }))
for (const sent of await Promise.all(Array.from({ length: count }, send))) {
  void (async () => {
    for await (const item of kit.watch(sent.runId)) process.stdout.write(`${JSON.stringify({ sent, item })}\n`)
  })()
}
