import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Download, modelNameSchema } from '@reynard/protocol'
import type { Services } from '../services.ts'
import { isLive } from '../setup/ollama-pulls.ts'
import { RestFailure, sendJson } from './rest-response.ts'
import { hangUpSignal, writeStream } from './stream-answer.ts'

const PULL_PATH = /^\/api\/ollama\/admin\/models\/(.+)\/pull$/

/** Names of models hold slashes: all that stands between is the name. */
export function isPullPath(path: string): boolean {
  return PULL_PATH.test(path)
}

/**
 * `POST /api/ollama/admin/models/{name}/pull`: has Ollama fetch a model, and answers when it is here; line by line for
 * `Accept: application/x-ndjson`. The pull belongs to the server: it goes on where the caller hangs up, one that is under way is joined,
 * and one that was paused goes on. What fails before a byte came is a 400 in both forms.
 */
export async function pullModel(
  { audit, downloads }: Pick<Services, 'audit' | 'downloads'>,
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
): Promise<void> {
  const name = nameIn(path)
  const signal = hangUpSignal(res)
  const facts = { object: { kind: 'model', id: name, name }, details: { engine: 'ollama' } }
  const started = await audit.around('model-pull', facts, () => downloads.pull(name))
  if (started.state === 'paused') await downloads.resume(started.id)
  const steps = downloads.watchPull(started.id, signal)
  let last = started
  for await (last of steps) {
    const asLines = req.headers.accept?.includes('application/x-ndjson') ?? false
    // Until bytes come it may still turn out that there is no such model, and that has a status of its own.
    if (asLines && last.totalBytes !== null && isLive(last)) {
      return await writeStream(res, 'application/x-ndjson', signal, pullLines(name, last, steps))
    }
  }
  if (last.state === 'done') sendJson(res, 200, pulled(name))
  else throw new RestFailure(isLive(last) ? 503 : 400, whyNot(name, last))
}

/** A line for each step as Ollama has them, the last one with how it ended. */
async function* pullLines(name: string, first: Download, rest: AsyncIterable<Download>): AsyncGenerator<string, void> {
  let last = first
  yield progressLine(first)
  for await (last of rest) if (isLive(last)) yield progressLine(last)
  if (last.state === 'done') yield line({ status: 'success', ...pulled(name) })
  else yield line({ status: 'error', success: false, detail: whyNot(name, last) })
}

const line = (value: unknown) => `${JSON.stringify(value)}\n`

function progressLine({ detail, state, receivedBytes, totalBytes }: Download): string {
  return line({ status: detail ?? state, completed: receivedBytes, total: totalBytes })
}

function pulled(name: string) {
  return { success: true, message: `The model "${name}" is here.` }
}

function whyNot(name: string, { state, error }: Download): string {
  if (error !== null) return error.message
  if (state === 'cancelled') return `The pull of "${name}" was cancelled.`
  if (state === 'paused') return `The pull of "${name}" was paused. Ask again, and it goes on from what is here.`
  return `The server stopped before "${name}" was whole. Ask again, and the pull goes on from what is here.`
}

function nameIn(path: string): string {
  const [, given = ''] = PULL_PATH.exec(path) ?? []
  let name: string
  try {
    name = decodeURIComponent(given)
  } catch {
    throw new RestFailure(400, 'The name of the model is not encoded as a part of an address is.')
  }
  const parsed = modelNameSchema.safeParse(name)
  if (!parsed.success) throw new RestFailure(400, parsed.error.issues[0]?.message ?? 'This is no name of a model.')
  return parsed.data
}
