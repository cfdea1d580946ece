import { emptyRunView, type RunView } from '@reynard/protocol'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import { RunWaiting } from './run-waiting.tsx'

afterEach(() => vi.useRealTimers())

test('says for how long the model has been reading', () => {
  vi.useFakeTimers({ now: 1_000_000 })
  const context = { budget: 8_192, used: 2_679, reserved: 0, system: 0, messages: 1, calibrated: false, dropped: [] }
  const run: RunView = { ...emptyRunView('run', 0), phase: 'starting', startedAt: 988_000, context }
  const drawn = renderToStaticMarkup(<RunWaiting run={run} onCancel={() => {}} />)
  expect(drawn).toContain('Reading 2,679 tokens')
  expect(drawn).toContain('from 1 message, 12 s')
})
