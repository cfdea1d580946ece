import { AppError } from '@reynard/protocol'
import { expect, it } from 'vitest'
import { createLogger } from './create-logger.ts'
import { asCaller, asRequest, currentRequest } from './request-context.ts'

function record(): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = []
  return {
    lines,
    log: createLogger({ logLevel: 'debug', logFormat: 'json' }, { write: (line) => void lines.push(line) }),
  }
}

it('hides text and secrets that come along by mistake', () => {
  const { lines, log } = record()
  log.info({ text: 'my question', request: { content: 'my question', apiKey: 'sk-1' }, runId: 'r1' }, 'a run began')
  expect(lines.join()).not.toMatch(/my question|sk-1/)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', runId: 'r1', msg: 'a run began' })
})

it('logs an error with its code, and nothing of what it carries', () => {
  const { lines, log } = record()
  const cause = new Error('the engine said: my question')
  log.error(
    { err: new AppError('engine-failed', 'The engine failed.', { cause, details: { body: 'my question' } }) },
    'x',
  )
  expect(lines.join()).not.toContain('my question')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { code: 'engine-failed', message: 'The engine failed.' } })
})

it('leaves out what a parser quotes, and further lines of a message', () => {
  const { lines, log } = record()
  let parsed: unknown
  try {
    JSON.parse('my question')
  } catch (error) {
    parsed = error
  }
  log.error({ err: parsed }, 'x')
  log.error({ err: new Error('first line\nmy question') }, 'x')
  expect(lines[0]).not.toContain('my q')
  expect(JSON.parse(lines[1] ?? '').err.stack).not.toContain('my question')
})

it('names the request and who asks on each line of it, and of what it sets going', async () => {
  const { lines, log } = record()
  let id = ''
  await asRequest(null, async (requestId) => {
    id = requestId
    log.warn('early')
    await asCaller({ userId: 'u1', credential: null }, async () => {
      await Promise.resolve()
      log.warn('within')
      return { ok: true }
    })
  })
  log.warn('outside')
  const [early, within, outside] = lines.map((line) => JSON.parse(line))
  expect(early).toMatchObject({ requestId: id })
  expect(within).toMatchObject({ requestId: id, userId: 'u1' })
  expect(outside).not.toHaveProperty('requestId')
})

it('gives a call over a socket an id of its own, which its error keeps', async () => {
  const failure = new Error('x')
  await asCaller({ userId: 'u1', credential: null }, async () => ({ ok: false, error: failure }))
  expect(currentRequest()).toBeUndefined()
  expect(currentRequest(failure)).toMatchObject({ userId: 'u1', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
})

it('writes for people where it is set, and nothing that a terminal would obey', () => {
  const lines: string[] = []
  const log = createLogger({ logLevel: 'info', logFormat: 'pretty' }, { write: (line) => void lines.push(line) })
  log.warn({ path: '/\u001b[2J\nforged', userId: 'u1', requestId: 'r1' }, 'a request was refused')
  expect(lines[0]).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} WARN {2}a request was refused {2}requestId=r1 {2}userId=u1 {2}path=\/\\u001b\[2J\\u000aforged\n$/,
  )
  log.error({ err: new AppError('engine-failed', 'The engine failed.') }, 'x')
  expect(lines[1]).toMatch(/ERROR x {2}engine-failed: The engine failed\.\n {4}at /)
})
