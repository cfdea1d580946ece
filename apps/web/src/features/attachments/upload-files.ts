import { ATTACHMENT_LIMITS, type Upload } from '@reynard/protocol'
import { attachmentMessages } from '../../lib/messages-attachments.ts'
import { showToast } from '../../lib/toast.ts'
import { makeRequestKey } from '../chat/request-key.ts'
import { type DraftFile, draftFile, draftFiles } from './draft-files.ts'

const text = attachmentMessages
/** Several at a time only share the same line. */
const AT_A_TIME = 2
/** Nothing has gone for so long: the line is dead. */
const SILENCE_MS = 60_000
/** Storing and drawing each of a thousand events would cost more than sending. */
const STEP = 0.05

type Job = { chat: string | null; key: string; file: File; request: XMLHttpRequest | null }

/** Files that this page holds, by key: to be sent, sent again, and drawn. */
const jobs = new Map<string, Job>()
const queue: Job[] = []
let running = 0

function change(chat: string | null, key: string, patch: Partial<DraftFile>) {
  draftFiles.set(
    chat,
    draftFiles.get(chat).map((file) => (file.key === key ? { ...file, ...patch } : file)),
  )
}

/** Attaches files to the draft of a chat and begins to upload them. @returns the keys of those for which there was room */
export function addFiles(chat: string | null, files: readonly File[]): string[] {
  const there = draftFiles.get(chat)
  const room = ATTACHMENT_LIMITS.perMessage - there.filter(({ isSent }) => !isSent).length
  if (files.length > room) showToast(text.tooMany(ATTACHMENT_LIMITS.perMessage))
  const added = files.slice(0, Math.max(0, room)).map((file) => {
    const made = draftFile(makeRequestKey(), file.name || 'file', file.size)
    const problem = file.size > ATTACHMENT_LIMITS.fileBytes ? text.tooLarge(ATTACHMENT_LIMITS.fileBytes) : null
    jobs.set(made.key, { chat, key: made.key, file, request: null })
    return { ...made, problem }
  })
  if (added.length === 0) return []
  draftFiles.set(chat, [...there, ...added])
  for (const { key, problem } of added) if (problem === null) enqueue(key)
  return added.map(({ key }) => key)
}

export const refuseFolders = () => showToast(text.noFolder)

/** Whether a file can go once more: this page still has it, and it is not too large. */
export function canRetry({ key, bytes }: DraftFile): boolean {
  return jobs.has(key) && bytes <= ATTACHMENT_LIMITS.fileBytes
}

export function retryFile(chat: string | null, key: string) {
  change(chat, key, { problem: null, progress: 0 })
  enqueue(key)
}

export function removeFile(chat: string | null, { key, upload }: DraftFile) {
  const job = jobs.get(key)
  jobs.delete(key)
  job?.request?.abort()
  const left = draftFiles.get(chat).filter((file) => file.key !== key)
  draftFiles.set(chat, left)
  // It would go by itself after a day.
  if (upload) void fetch(`/api/uploads/${upload.id}`, { method: 'DELETE' }).catch(() => {})
}

/** The picture itself while this page has it; to be drawn from memory. */
export function pictureOf(key: string, upload: Upload | null): Blob | null {
  const file = jobs.get(key)?.file
  return file && upload?.kind === 'image' ? file.slice(0, file.size, upload.mediaType) : null
}

function enqueue(key: string) {
  const job = jobs.get(key)
  if (job) queue.push(job)
  next()
}

function next() {
  while (running < AT_A_TIME) {
    const job = queue.shift()
    if (!job) return
    if (!jobs.has(job.key)) continue
    running += 1
    void send(job).finally(() => {
      running -= 1
      next()
    })
  }
}

async function send(job: Job): Promise<void> {
  const { chat, key } = job
  try {
    const upload = await post(job)
    if (jobs.has(key)) change(chat, key, { upload, name: upload.name, bytes: upload.bytes, progress: 1 })
    // Taken back at the last moment.
    else void fetch(`/api/uploads/${upload.id}`, { method: 'DELETE' }).catch(() => {})
  } catch (error) {
    change(chat, key, { problem: error instanceof Error ? error.message : text.broken })
  }
}

/** Only this kind of request says how far it has come. Rejects with words for the person. */
function post(job: Job): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    job.request = request
    let shown = 0
    let timer = setTimeout(() => request.abort(), SILENCE_MS)
    const heard = () => {
      clearTimeout(timer)
      timer = setTimeout(() => request.abort(), SILENCE_MS)
    }
    request.upload.onprogress = ({ loaded, total }) => {
      heard()
      const progress = total === 0 ? 1 : loaded / total
      if (progress - shown < STEP) return
      shown = progress
      change(job.chat, job.key, { progress })
    }
    request.onerror = () => reject(new Error(text.notReached))
    request.onabort = () => reject(new Error(text.broken))
    request.onload = () => {
      const answer: unknown = readJson(request.responseText)
      if (request.status === 201 && isUpload(answer)) resolve(answer)
      else reject(new Error(detailOf(answer) ?? text.broken))
    }
    request.onloadend = () => clearTimeout(timer)
    request.open('POST', `/api/uploads?name=${encodeURIComponent(job.file.name || 'file')}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(job.file)
  })
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function isUpload(value: unknown): value is Upload {
  return value instanceof Object && 'id' in value && 'kind' in value
}

function detailOf(answer: unknown): string | null {
  return answer instanceof Object && 'detail' in answer && typeof answer.detail === 'string' ? answer.detail : null
}
