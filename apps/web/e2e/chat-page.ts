import { expect, type Locator, type Page } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import type { Message } from '@reynard/protocol'

declare global {
  interface Window {
    answerTexts?: string[]
  }
}

export const field = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true })
export const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Chats' })
export const questions = (page: Page) => page.getByRole('article', { name: /^You, / })
export const answers = (page: Page) => page.getByRole('article', { name: /^(?!You, )/ })
export const lastAnswer = (page: Page) => answers(page).last()
/** The text of an answer, without its name, states and buttons. */
export const textOf = (answer: Locator) => answer.locator('.md')

/** Types a question and sends it, as a person does. */
export async function ask(page: Page, question: string): Promise<void> {
  await field(page).click()
  await page.keyboard.type(question)
  await page.keyboard.press('Enter')
}

/** Waits until the newest answer shows its tokens and its time: it has ended. */
export async function waitForEnd(page: Page): Promise<void> {
  await expect(lastAnswer(page).getByText(/^[\d,]+ tokens?, <?[\d.]+ (s|min|h).*$/)).toBeVisible({ timeout: 30_000 })
}

/** From the next load on, the page remembers every text that its newest answer showed. */
export async function recordAnswerTexts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: string[] = []
    window.answerTexts = seen
    const look = () => {
      const newest = [...document.querySelectorAll('article:not([aria-label^="You, "])')].at(-1)
      const text = newest?.querySelector('.md')?.textContent
      if (text && text !== seen.at(-1)) seen.push(text)
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
  })
}

/** What the newest answer showed since the page was loaded, in order. */
export async function recordedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => window.answerTexts ?? [])
}

/** Each text goes on from the one before it: nothing that was shown was taken back, lost or doubled. */
export function expectGrowth(texts: string[], whole: string): void {
  let before = ''
  for (const text of texts) {
    expect(
      text.startsWith(before) && text.length > before.length,
      `“…${before.slice(-40)}” became “…${text.slice(-40)}”`,
    ).toBe(true)
    before = text
  }
  expect(before).toBe(whole)
}

export function chatIdOf(page: Page): string {
  const id = /\/chat\/([0-9a-f-]{36})/.exec(page.url())?.[1]
  if (id === undefined) throw new Error(`No chat is open at ${page.url()}`)
  return id
}

/** The messages of a chat as the server has them. */
export async function savedMessages(url: string, conversationId: string): Promise<Message[]> {
  const client = createReynardClient({ baseUrl: url })
  try {
    return (await client.trpc.chat.byId.query({ id: conversationId })).messages
  } finally {
    await client.close()
  }
}
