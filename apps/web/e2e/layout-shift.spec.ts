import { expect, type Page, test } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { ask, lastAnswer, questions, textOf, waitForEnd } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { seedChats } from './seed-chats.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

type Shift = { value: number; moved: string[] }
declare global {
  interface Window {
    shifts?: Shift[]
  }
}

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel(0, ['llama3.2:1b', { name: 'thinker:1b', capabilities: ['completion', 'thinking'] }])
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'thinker:1b' })
  // A title that is made meanwhile has another length; that is not what is looked at here.
  const client = createReynardClient({ baseUrl: reynard.url })
  await client.trpc.admin.updateSettings.mutate({ titles: false })
  await client.close()
  await seedChats(reynard.url, [
    { title: 'Lakes of the north', question: 'Which lakes?', answer: 'Ladoga and Saimaa.\n\n'.repeat(30) },
    { title: 'An older one', question: 'Which?', answer: 'This.', daysOld: 3 },
  ])
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
})
test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: { value: number; moved: string[] }[] = []
    window.shifts = shifts
    type Source = { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }
    // What only a screen reader gets is nowhere to be seen. The caret goes where the text goes, a number changes in its place, and the row of a thought is a line of state that counts seconds.
    const mayMove = ({ node }: Source) => {
      const element = node instanceof Element ? node : node?.parentElement
      return element?.closest('.sr-only, .caret, .tabular-nums, article button[aria-expanded]') != null
    }
    const nameOf = ({ node, previousRect: from, currentRect: to }: Source) => {
      const element = node instanceof Element ? node : node?.parentElement
      const place = (rect: DOMRectReadOnly) => `${rect.x},${rect.y} ${rect.width}×${rect.height}`
      return `${element?.tagName} “${node?.textContent?.slice(0, 40)}” ${place(from)} → ${place(to)}`
    }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value = 0, sources = [] } = entry as PerformanceEntry & { value?: number; sources?: Source[] }
        const moved = sources.filter((source) => !mayMove(source)).map(nameOf)
        if (moved.length > 0) shifts.push({ value, moved })
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
})

/** What moved since the page was loaded or the last look, the browser's own excuse (a key or a press just before) not counted. */
async function shiftsOf(page: Page): Promise<Shift[]> {
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    return window.shifts?.splice(0) ?? []
  })
}

for (const width of [390, 1280]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 844 } })

    test('nothing moves while the app opens', async ({ page }) => {
      await page.goto(reynard.url)
      await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible()
      await page.waitForLoadState('networkidle')
      expect(await shiftsOf(page)).toEqual([])
    })

    test('nothing moves while a chat opens', async ({ page }) => {
      await page.goto(reynard.url)
      if (width < 1024) await page.getByRole('button', { name: 'Open chats' }).click()
      await page.getByRole('link', { name: 'Lakes of the north' }).click()
      await expect(questions(page)).toHaveCount(0)
      await expect(lastAnswer(page)).toContainText('Saimaa')
      await page.reload()
      await expect(lastAnswer(page)).toContainText('Saimaa')
      await page.waitForLoadState('networkidle')
      expect(await shiftsOf(page)).toEqual([])
    })

    test('nothing that can be read moves from the question to the end of a long answer', async ({ page }) => {
      model.answerNext(
        // The renderer of formulas comes with the first one of a page, and makes room for it then.
        { text: 'First, $$x$$.' },
        {
          reasoning: 'A table, some code and a formula. Then a list, so that everything has been there once.',
          text: LONG,
          tokensPerSecond: 90,
        },
      )
      await page.goto(reynard.url)
      await ask(page, 'Begin.')
      await waitForEnd(page)
      await expect(page.locator('.katex')).toHaveCount(1)
      await ask(page, 'Show everything.')
      await expect(questions(page)).toHaveCount(2)
      await expect(textOf(lastAnswer(page)).last()).toContainText('Here is')
      await waitForEnd(page)
      expect(await shiftsOf(page)).toEqual([])
    })
  })
}

/** No column to the right: figures that are written there move to the left as they grow. */
const LONG = `Here is a table:

| Name | Value | Remark |
|---|---|---|
| a | 1 | short |
| something much longer | 1,000,000 | a remark that needs more than one line on a small screen |
| b | 2 | and another |

Then code:

\`\`\`ts
export function add(a: number, b: number): number {
  return a + b
}
\`\`\`

And a formula, $e^{i\\pi} + 1 = 0$, inside of a line, and one that stands alone:

$$
x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}
$$

1. **One** thing
2. *Another* thing, with \`code\`

That is [all](https://example.org) there is.`
