import { join } from 'node:path'
import { LOCAL_OWNER_ID, openDatabase } from '@reynard/db'
import { createScriptedEngine } from '@reynard/engine/testing'
import { openRunKit, question, targetFor } from './open-run-kit.ts'
import { countingScript, createTestKit } from './test-kit.ts'

/**
 * A server without doors that is going to be killed: asks an assistant to count, and prints what a watcher sees. `calling`: approves by
 * itself, and the tool never comes back from its effect.
 */
const [dataDir, mode] = [process.argv[2]!, process.argv[3]!]
const engine = createScriptedEngine({ script: countingScript })
const kit = await openRunKit({
  db: await openDatabase({ dataDir }),
  dataDir,
  engine,
  selection: { state: 'ready', target: targetFor(engine, { capabilities: ['completion', 'tools'] }) },
  kit: createTestKit({
    countFile: join(dataDir, 'counted'),
    onCount() {
      process.stdout.write('counted\n')
      return new Promise(() => setInterval(() => {}, 1_000))
    },
  }).kit,
})

const sent = await kit.runs.send(LOCAL_OWNER_ID, question({ settings: { assistant: 'tester' } }))
process.stdout.write(`${JSON.stringify(sent)}\n`)
for await (const item of kit.watch(sent.runId)) {
  process.stdout.write(`${JSON.stringify(item)}\n`)
  for (const event of item.kind === 'events' ? item.events : []) {
    if (mode !== 'calling' || event.type !== 'approval-request') continue
    const { runId } = sent
    void kit.runs.decide(LOCAL_OWNER_ID, { runId, callId: event.callId, decision: 'approved', scope: 'conversation' })
  }
}
