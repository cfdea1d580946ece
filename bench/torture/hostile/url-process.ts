import { safeFetch } from '@reynard/sandbox'
import { openPrivateWeb } from '@reynard/sandbox/testing'
import { createLines } from './lines.ts'

// Runs in a network namespace of its own. Takes a line of JSON for each address that is to be fetched, and answers with how it ended.

const { resolve, tried } = await openPrivateWeb()
const lines = createLines(process.stdin)
for (let line = await lines.next(); line !== null; line = await lines.next()) {
  const { how, url }: { how: 'safe' | 'plain'; url: string } = JSON.parse(line)
  const end = await tried(async () => {
    if (how === 'plain') return { text: await (await fetch(url, { signal: AbortSignal.timeout(1_000) })).text() }
    const { bytes } = await safeFetch(url, { resolve, timeoutMs: 2_000 })
    return { text: bytes.toString().slice(0, 200) }
  })
  process.stdout.write(`${JSON.stringify(end)}\n`)
}
process.exit(0)
