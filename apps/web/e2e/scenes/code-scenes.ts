import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { removeData, startReynard } from '../start-reynard.ts'
import { toolCall } from './answer-by-steps.ts'
import { allFetched, createAsker, defineStage, openChat } from './stage.ts'

const rounding = `/** Hands the remainder to the lines in their order. */
export function splitCents(total, lines) {
  const base = Math.floor(total / lines.length)
  let rest = total % lines.length
  return lines.map((line) => ({ ...line, cents: base + (rest-- > 0 ? 1 : 0) }))
}

export function closeMonth(date) {
  if (date.getDate() === 31 || date.getDate() === 30) return 'closed'
  return date.getDate() > 27 && date.getMonth() === 1 ? 'closed' : 'open'
}
`
const tests = `import test, { describe } from 'node:test'
import assert from 'node:assert/strict'
import { closeMonth, splitCents } from './rounding.mjs'

describe('splitCents', () => {
  for (let cents = 1; cents <= 29; cents++)
    test('splits ' + cents + ' cents and loses none', () => {
      const parts = splitCents(cents, [{ id: 'b' }, { id: 'a' }, { id: 'c' }])
      assert.equal(parts.reduce((sum, { cents }) => sum + cents, 0), cents)
    })
  test('splits a discount over lines in a stable order', () => {
    const [first] = splitCents(1999, [{ id: 'b' }, { id: 'a' }])
    assert.equal(first.id, 'a', 'expected the odd cent at a, got ' + first.id)
  })
})
test('closes the month at midnight', () => assert.equal(closeMonth(new Date(2026, 3, 29, 24)), 'open'))
test('knows leap years', { skip: true }, () => {})
`
const sorted = rounding.replace(
  '  return lines.map((line)',
  '  // Order decides who carries the odd cent, so it must not depend on timing.\n  const ordered = lines.toSorted((a, b) => a.id.localeCompare(b.id))\n  return ordered.map((line)',
)
const files = [
  toolCall('write_file', { path: 'billing/rounding.mjs', content: rounding }),
  toolCall('write_file', { path: 'billing/invoice.test.mjs', content: tests }),
]
const answers: Record<string, FakeAnswer[]> = {
  'Two billing tests fail. Find the cause and fix it.': [
    { toolCalls: files },
    { toolCalls: [toolCall('run_tests', { path: 'billing' })] },
    {
      text: 'Both come from one file. `splitCents` hands the remainder to lines in the order in which they come. I sort the lines by id before the split.',
      toolCalls: [toolCall('write_file', { path: 'billing/rounding.mjs', content: sorted })],
    },
    { toolCalls: [toolCall('run_tests', { path: 'billing', filter: 'splitCents' })] },
    { text: 'The order is stable now. What closes the month is another matter: 30 April is taken for its last day.' },
  ],
  'What is in this file, and what is wrong with it?': [
    { toolCalls: files },
    { toolCalls: [toolCall('outline', { path: 'billing' })] },
    { toolCalls: [toolCall('find_symbol', { name: 'splitCents' })] },
    { toolCalls: [toolCall('measure_code', { path: 'billing' })] },
    { toolCalls: [toolCall('lint_code', {})] },
    { text: 'Two functions, and nothing in them that a linter minds.' },
  ],
}

async function prepare() {
  const model = await startFakeOllama({
    models: ['qwen3-coder:30b'],
    parallel: 4,
    answer: ({ messages, prompt }) => {
      const asked = messages.findLastIndex(({ role }) => role === 'user')
      const steps = answers[prompt]
      const done = messages.slice(asked).filter(({ role }) => role === 'assistant').length
      return steps?.[done]
    },
  })
  const reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  const asker = createAsker(reynard.url)
  await asker.client.trpc.admin.updateSettings.mutate({ titles: false })
  const ask = (question: string) => asker.ask(question, { assistant: 'codewolf' })
  const [failing, read] = [
    await ask('Two billing tests fail. Find the cause and fix it.'),
    await ask('What is in this file, and what is wrong with it?'),
  ]
  const close = async () => {
    await asker.close()
    await reynard.stop()
    await model.close()
    removeData(reynard)
  }
  return { url: reynard.url, failing, read, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

export const codeStage = defineStage<Props>(prepare, {
  'tests-failing': async (page, { url, failing }) => {
    await openChat(page, url, failing)
    await page.getByText('The order is stable now.').waitFor()
    await allFetched(page)
    await page
      .getByRole('button', { name: /^Ran tests/ })
      .first()
      .scrollIntoViewIfNeeded()
    return undefined
  },
  'test-open': async (page, { url, failing }) => {
    await openChat(page, url, failing)
    await page
      .getByRole('button', { name: /All of what/ })
      .first()
      .click()
    return undefined
  },
  'code-read': async (page, { url, read }) => {
    await openChat(page, url, read)
    await page.getByText('nothing in them that a linter minds').waitFor()
    return undefined
  },
})
