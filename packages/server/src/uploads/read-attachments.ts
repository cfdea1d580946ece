import type { AgentMessage, AttachedFiles, TokenEstimator } from '@reynard/agent'
import type { Attachment } from '@reynard/protocol'
import type { Workspace } from '@reynard/sandbox'
import { describeFile, markedFile } from './attached-words.ts'

export type FileReading = {
  /** The model that reads, for its count of tokens. */
  model: string
  estimator: TokenEstimator
  windowTokens: number
  /** Whether it sees pictures. */
  vision: boolean
  /** Names of the tools that it is given. */
  tools: ReadonlySet<string>
  /** Text of a document behind L3; rejects with a sentence. `characters`: how much is wanted. */
  extract(path: string, characters: number, signal: AbortSignal): Promise<{ text: string; isWhole: boolean }>
  signal: AbortSignal
}

/** Of the window, for the files of one question: with tools the rest is there to be read, without them this is all that it gets. */
const shareWithTools = 0.25
const shareWithout = 0.33
/** Pictures of one prompt, and their bytes one by one and together. Older ones are named only. */
const pictures = { count: 20, eachBytes: 10_000_000, allBytes: 20_000_000 }
/** More of a text is never looked at: no window holds it. */
const mostTextBytes = 4_000_000

/**
 * What the model is given of the files of questions: pictures if it sees them, small texts whole, of documents what fits where it has no
 * tool to read them, and of all else a line that says what there is. A file that can't be read is a line as well; never rejects for one.
 */
export async function readAttachments(
  workspace: Workspace | null,
  messages: AgentMessage[],
  attached: ReadonlyMap<string, Attachment[]>,
  reading: FileReading,
): Promise<AgentMessage[]> {
  const room = { count: pictures.count, bytes: pictures.allBytes }
  const read: AgentMessage[] = []
  // The newest first: what is asked about now has the first claim to the room for pictures.
  for (const message of messages.toReversed()) {
    const files = attached.get(message.id)
    read.unshift(
      files === undefined || files.length === 0
        ? message
        : { ...message, files: await readFiles(workspace, message.id, files, reading, room) },
    )
  }
  return read
}

type Room = { count: number; bytes: number }

async function readFiles(
  workspace: Workspace | null,
  messageId: string,
  files: readonly Attachment[],
  reading: FileReading,
  room: Room,
): Promise<AttachedFiles> {
  const hasTools = reading.tools.has('read_file')
  let free = Math.floor(reading.windowTokens * (hasTools ? shareWithTools : shareWithout))
  const lines: string[] = []
  const texts: string[] = []
  const images: AttachedFiles['images'][number][] = []
  const cut: AttachedFiles['cut'] = []
  for (const file of files) {
    const outcome = await readOne(workspace, file, reading, free, room).catch((error: unknown): Outcome => {
      reading.signal.throwIfAborted()
      return { kind: 'named', why: error instanceof Error ? error.message : 'It could not be read.' }
    })
    lines.push(describeFile(file, outcome, reading.tools))
    if (outcome.kind === 'picture') images.push(outcome.image)
    if (outcome.kind !== 'text') continue
    texts.push(markedFile(messageId, file.path, outcome))
    free -= reading.estimator.estimate(reading.model, outcome.text)
    if (outcome.text.length < outcome.of) cut.push({ path: file.path, shown: outcome.text.length, of: outcome.of })
  }
  const head = `Files that came with this question, in the workspace:\n${lines.join('\n')}`
  return { text: [head, ...texts].join('\n\n'), images, paths: files.map(({ path }) => path), cut }
}

/** What became of a file: shown as a picture, given as text (`of`: how long it is in all), or only named, perhaps with a reason. */
export type Outcome =
  | { kind: 'picture'; image: AttachedFiles['images'][number] }
  | { kind: 'text'; text: string; of: number }
  | { kind: 'named'; why?: string }

async function readOne(
  workspace: Workspace | null,
  file: Attachment,
  reading: FileReading,
  free: number,
  room: Room,
): Promise<Outcome> {
  const entry = workspace?.find(file.path)
  if (workspace === null || entry?.type !== 'file') return { kind: 'named', why: 'It is not there any more.' }
  const { mediaType, kind } = file
  if (kind === 'image') return await readPicture(workspace, file, entry.bytes, reading, room)
  if (kind === 'document') return await readDocument(file, reading, free)
  if (kind === 'text' || (kind === 'data' && mediaType !== 'application/vnd.apache.parquet')) {
    return await readText(workspace, file, entry.bytes, reading, free)
  }
  return { kind: 'named' }
}

async function readPicture(
  workspace: Workspace,
  { path, mediaType }: Attachment,
  bytes: number,
  { vision }: FileReading,
  room: Room,
): Promise<Outcome> {
  if (!vision) return { kind: 'named', why: 'You can not see images: say so if it matters.' }
  if (bytes > pictures.eachBytes) return { kind: 'named', why: 'It is too large to be shown to you.' }
  if (room.count < 1 || room.bytes < bytes) return { kind: 'named', why: 'It was shown to you before, and is not now.' }
  const { bytes: content } = await workspace.read(path, { length: bytes })
  room.count -= 1
  room.bytes -= bytes
  return { kind: 'picture', image: { mediaType, base64: content.toString('base64') } }
}

async function readText(
  workspace: Workspace,
  { path }: Attachment,
  bytes: number,
  { model, estimator, tools }: FileReading,
  free: number,
): Promise<Outcome> {
  const { bytes: content } = await workspace.read(path, { length: Math.min(bytes, mostTextBytes) })
  const text = new TextDecoder().decode(content)
  const tokens = estimator.estimate(model, text)
  if (bytes <= mostTextBytes && tokens <= free) return { kind: 'text', text, of: text.length }
  // With a tool to read it in ranges a first piece would only take room.
  if (tools.has('read_file')) return { kind: 'named' }
  const of = Math.round((text.length / Math.max(1, content.length)) * bytes)
  return asMuchAs(text, of, tokens, free)
}

async function readDocument(
  { path }: Attachment,
  { model, estimator, tools, extract, signal }: FileReading,
  free: number,
): Promise<Outcome> {
  if (tools.has('read_document')) return { kind: 'named' }
  // A token is some four letters; one that is less takes what it takes.
  const { text, isWhole } = await extract(path, Math.max(1_000, free * 5), signal)
  if (text === '') return { kind: 'named', why: 'There is no text in it: it may be a scan.' }
  const tokens = estimator.estimate(model, text)
  if (isWhole && tokens <= free) return { kind: 'text', text, of: text.length }
  const { text: shown } = asMuchAs(text, text.length, tokens, free)
  // How much there is beyond what was extracted nobody knows.
  return { kind: 'text', text: shown, of: Math.max(text.length, shown.length + 1) }
}

function asMuchAs(text: string, of: number, tokens: number, free: number): Extract<Outcome, { kind: 'text' }> {
  const share = Math.min(1, Math.max(0, free) / Math.max(1, tokens))
  return { kind: 'text', text: text.slice(0, Math.floor(text.length * share)).toWellFormed(), of }
}
