import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createReynardClient } from '../../packages/client/src/index.ts'

const here = import.meta.dirname
type Question = { assistant: string; text: string; files: string[] }

/** Asked in order, oldest first. Only the answers are scripted: every tool, file, question and approval is real. */
async function questions(): Promise<Question[]> {
  const basket = (await readdir(join(here, 'basket'))).map((name) => join('basket', name))
  return [
    {
      assistant: 'reynard',
      text: 'Remember that my project is called Foxglove and ships in March.',
      files: [],
    },
    { assistant: 'reynard', text: 'Chart the sales by month. What stands out?', files: ['sales.csv'] },
    { assistant: 'codewolf', text: 'Find and fix the failing test.', files: basket },
  ]
}

/** Begins the chats of the tour in a fresh Reynard at `url`; resolves when all are asked, and they go on by themselves. */
export async function askTour(url: string): Promise<{ conversationId: string; runId: string }[]> {
  const client = createReynardClient({ baseUrl: url })
  const asked = []
  try {
    for (const { assistant, text, files } of await questions()) {
      const attachments: string[] = []
      for (const file of files) attachments.push(await upload(url, file))
      const key = crypto.randomUUID()
      const question = { key, conversationId: null, parentId: null, text, attachments }
      asked.push(await client.trpc.chat.send.mutate({ ...question, settings: { assistant } }))
    }
    return asked
  } finally {
    await client.close()
  }
}

async function upload(url: string, file: string): Promise<string> {
  const name = basename(file)
  const answer = await fetch(`${url}/api/uploads?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: await readFile(join(here, file)),
    signal: AbortSignal.timeout(10_000),
  })
  if (!answer.ok) throw new Error(`${file} could not be uploaded: ${answer.status}`)
  return ((await answer.json()) as { id: string }).id
}
