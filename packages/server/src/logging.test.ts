import { AppError } from '@reynard/protocol'
import { expect, it } from 'vitest'
import { createLogger } from './logging.ts'

function record(): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = []
  return { lines, log: createLogger({ logLevel: 'debug' }, { write: (line) => void lines.push(line) }) }
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
