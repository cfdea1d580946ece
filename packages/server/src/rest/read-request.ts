import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { isJson } from '../http/trpc-http.ts'
import { REST_BODY_BYTES, readBody } from './read-body.ts'
import { RestFailure } from './rest-response.ts'
import { validationDetail } from './validation-detail.ts'

/** Every kind of bad input is a 422 whose `detail` is a list, also what is no JSON at all. */
export async function readRequest<Schema extends z.ZodType>(
  req: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (!isJson(req)) {
    throw new RestFailure(422, [
      { type: 'content_type', loc: ['header', 'content-type'], msg: 'Content-Type should be application/json' },
    ])
  }
  const bytes = await readBody(req)
  if (bytes === null) throw new RestFailure(413, `A request holds ${REST_BODY_BYTES} bytes at most.`)
  // Read with U+FFFD in the place of what is none, the question would be another one than was asked.
  if (!isUtf8(bytes)) {
    throw new RestFailure(422, [{ type: 'unicode_invalid', loc: ['body'], msg: 'The body should be UTF-8' }])
  }
  const text = bytes.toString('utf8')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    const position = Number(/position (\d+)/.exec(String(error))?.[1] ?? text.length)
    throw new RestFailure(422, [{ type: 'json_invalid', loc: ['body', position], msg: 'JSON decode error' }])
  }
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new RestFailure(422, validationDetail(parsed.error, body))
  return parsed.data
}
