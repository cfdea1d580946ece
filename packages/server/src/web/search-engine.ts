import type { FoundPage, WebCall, WebQuery } from '@reynard/agent'
import { SandboxError } from '@reynard/sandbox'
import type { z } from 'zod'
import type { AskService, ServiceAnswer, ServiceRequest } from './ask-service.ts'

/** Somebody who can be asked for pages. Throws `SandboxError`s whose message says what to do; `unavailable` where the set-up is wrong. */
export type SearchEngine = {
  name: string
  /** False: it knows one site only. */
  whole: boolean
  /** The host that hears of a search. */
  hostFor(language: string): string
  search(query: WebQuery, call: WebCall): Promise<FoundPage[]>
}

/** A sentence for a status that this service gives in a way of its own; null: it is told as by all of them. */
type Explain = (answer: ServiceAnswer) => string | null

/** Asks a service and reads its JSON. Everything that may come instead becomes a sentence for people. */
export async function askJson<Schema extends z.ZodType>(
  ask: AskService,
  request: ServiceRequest,
  schema: Schema,
  explain: Explain,
): Promise<z.infer<Schema>> {
  const { name, url, timeoutMs } = request
  const { host } = new URL(url)
  const answer = await ask(request).catch((error: unknown) => {
    throw sentenceFor(error, name, host, timeoutMs)
  })
  const own = explain(answer)
  if (own !== null) throw new SandboxError('unavailable', own)
  if (answer.status === 429) {
    throw new SandboxError(
      'failed',
      `${name} takes no more searches for now. Wait a minute, or choose another search in Settings.`,
    )
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new SandboxError('unavailable', `${name} refused its key. Set a new one in Settings, under Web search.`)
  }
  if (answer.status < 200 || answer.status > 299) {
    throw new SandboxError('failed', `${name} answered with an error (${answer.status}). Try again later.`)
  }
  const read = schema.safeParse(parseJson(answer.text))
  if (read.success) return read.data
  throw new SandboxError('failed', `${name} (${host}) answered with something that is no list of results.`, {
    cause: read.error,
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function sentenceFor(error: unknown, name: string, host: string, timeoutMs: number): unknown {
  if (!(error instanceof SandboxError) || error.code === 'aborted') return error
  const failed = (sentence: string) => new SandboxError('failed', sentence, { cause: error })
  if (error.code === 'timeout') {
    return failed(
      `${name} (${host}) did not answer within ${Math.ceil(timeoutMs / 1000)} s. Try again, or choose another search in Settings.`,
    )
  }
  if (error.code === 'too-large') return failed(`${name} (${host}) answered with more than a list of results.`)
  return failed(`${name} (${host}) can not be reached. Check that this machine is online and that the server runs.`)
}
