import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createReynardClient, type ReynardClient } from '../../packages/client/src/index.ts'
import { packTar } from './pack-tar.ts'

const here = import.meta.dirname
/** `project`: a folder beside this file, brought as a project of its own with a first commit. */
type Question = { assistant: string; text: string; files: string[]; project?: string }

/** Asked in order, oldest first. Only the answers are scripted: every tool, file, question and approval is real. */
const questions: readonly Question[] = [
  {
    assistant: 'reynard',
    text: 'Remember that my project is called Foxglove and ships in March.',
    files: [],
  },
  { assistant: 'reynard', text: 'Chart the sales by month. What stands out?', files: ['sales.csv'] },
  { assistant: 'codewolf', text: 'Find and fix the failing test.', files: [], project: 'basket' },
]

/** Begins the chats of the tour in a fresh Reynard at `url`; resolves when all are asked, and they go on by themselves. */
export async function askTour(url: string): Promise<{ conversationId: string; runId: string }[]> {
  const client = createReynardClient({ baseUrl: url })
  const asked = []
  try {
    for (const { assistant, text, files, project } of questions) {
      const attachments: string[] = []
      for (const file of files) attachments.push(await upload(url, basename(file), await readFile(join(here, file))))
      const key = crypto.randomUUID()
      const conversationId = project === undefined ? null : await bringProject(client, url, assistant, project)
      const question = { key, conversationId, parentId: null, text, attachments }
      asked.push(await client.trpc.chat.send.mutate({ ...question, settings: { assistant } }))
    }
    return asked
  } finally {
    await client.close()
  }
}

/** Brings a folder as a person would bring its archive; resolves with its chat when it is there. */
async function bringProject(client: ReynardClient, url: string, assistant: string, folder: string): Promise<string> {
  const names = (await readdir(join(here, folder))).sort()
  const files = await Promise.all(
    names.map(async (name) => ({ name: `${folder}/${name}`, content: await readFile(join(here, folder, name)) })),
  )
  const uploadId = await upload(url, `${folder}.tar`, packTar(files))
  const { project } = client.trpc.assistant
  const { conversationId } = await project.bring.mutate({
    conversationId: null,
    assistant,
    source: { kind: 'zip', uploadId },
  })
  const deadline = AbortSignal.timeout(60_000)
  for (;;) {
    const brought = await project.of.query({ conversationId }, { signal: deadline })
    if (brought?.state === 'ready') return conversationId
    if (brought?.state !== 'importing') throw new Error(`${folder} could not be brought: ${brought?.problem}`)
    await setTimeout(100, undefined, { signal: deadline })
  }
}

async function upload(url: string, name: string, content: Buffer): Promise<string> {
  const answer = await fetch(`${url}/api/uploads?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(content),
    signal: AbortSignal.timeout(10_000),
  })
  if (!answer.ok) throw new Error(`${name} could not be uploaded: ${answer.status}`)
  return ((await answer.json()) as { id: string }).id
}
