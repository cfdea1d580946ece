import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import { openTestServer } from '@reynard/server/testing'
import type { Row } from '../table.ts'

/** A program that ignores what asks politely, computes, and has children of which one has left its process group. */
const stubborn = (mark: string) => `import signal, subprocess
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for before in ([], ['setsid'], ['nohup']):
    subprocess.Popen([*before, 'sleep', '${mark}'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while True:
    pass`
const longestMs = 30_000

/** From the call that cancels to the moment when the last process of a running tool is gone, through the server: the longest of all times. */
export async function measureCancel(times: number): Promise<Row> {
  let mark = ''
  const answer = () => ({ toolCalls: [{ name: 'run_python', arguments: { code: stubborn(mark) } }] })
  const capabilities: ('completion' | 'tools')[] = ['completion', 'tools']
  const server = await openTestServer({ fake: { models: [{ name: 'stubborn:1b', capabilities }], answer } })
  const client = createReynardClient({ baseUrl: server.url })
  let longest = 0
  try {
    await client.trpc.admin.updateSettings.mutate({ titles: false })
    for (let time = 0; time < times; time++) {
      // Nobody else's sleep is this long: so its processes are known.
      mark = String(8_000_000 + process.pid * 1000 + time)
      longest = Math.max(longest, await cancelOne(client, mark))
    }
  } finally {
    await client.close()
    await server.close()
  }
  const what = `Cancel to the last process gone, longest of ${times}`
  return { what, measured: longest, goal: 200, better: 'lower', unit: 'ms', digits: 0 }
}

async function cancelOne(client: ReynardClient, mark: string): Promise<number> {
  const { runId } = await client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: null,
    parentId: null,
    text: 'Run it.',
    settings: { assistant: 'reynard' },
    model: 'stubborn:1b',
  })
  const waiting = performance.now()
  while (withMark(mark).length < 3) {
    if (performance.now() - waiting > longestMs) throw new Error('The tool did not start its processes.')
    await sleep(20)
  }
  const group = [...new Set(withMark(mark).flatMap(familyOf))]
  const started = performance.now()
  const answered = client.trpc.chat.cancel.mutate({ runId })
  while (group.some(isThere)) {
    if (performance.now() - started > longestMs) throw new Error('A process of a cancelled tool is still there.')
    await sleep(1)
  }
  const took = performance.now() - started
  await answered
  for await (const event of client.followRun(runId, { signal: AbortSignal.timeout(longestMs) })) void event
  return took
}

function withMark(mark: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    return read(`/proc/${name}/cmdline`).split('\0')[1] === mark ? [Number(name)] : []
  })
}

/** A process with all above it up to ourselves: the walls and what watches them. */
function familyOf(id: number): number[] {
  const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${id}/stat`))?.[1] ?? 0)
  return parent <= 1 || parent === process.pid ? [id] : [id, ...familyOf(parent)]
}

/** One that is dead and only waits for the machine's init to take its exit code is gone. */
function isThere(id: number): boolean {
  return /\) [^ZX]/.test(read(`/proc/${id}/stat`))
}

/** Empty where the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
