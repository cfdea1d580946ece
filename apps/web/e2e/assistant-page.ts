import { expect, type Locator, type Page } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import type { AssistantDefinition } from '@reynard/protocol'
import { field } from './chat-page.ts'

/** Asks before it writes, runs code without asking. */
export const CLERK: AssistantDefinition = {
  name: 'Clerk',
  letter: 'C',
  picture: null,
  description: 'Keeps the books of this test',
  instructions: 'You keep the books.',
  model: null,
  parameters: {},
  tools: { write_file: 'ask', run_javascript: 'default' },
}

/** Makes an assistant of the server's owner; answers its id. */
export async function makeAssistant(url: string, definition: AssistantDefinition): Promise<string> {
  const client = createReynardClient({ baseUrl: url })
  try {
    return (await client.trpc.assistant.create.mutate(definition)).id
  } finally {
    await client.close()
  }
}

/** Begins a chat with an assistant by @, as a person does, and asks it. */
export async function askAssistant(page: Page, name: string, question: string): Promise<void> {
  await expect(page.getByRole('button', { name: /^Choose an assistant/ })).toBeVisible()
  await field(page).click()
  await page.keyboard.type('@')
  await page.getByRole('combobox').fill(name)
  await page.getByRole('option', { name: new RegExp(`^${name}`) }).waitFor()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: `Choose an assistant: ${name}` })).toBeVisible()
  await expect(field(page)).toBeFocused()
  await page.keyboard.type(question)
  await page.keyboard.press('Enter')
}

export const answerOf = (page: Page, name: string): Locator =>
  page.getByRole('article', { name: new RegExp(`^${name}, `) }).last()
export const request = (page: Page): Locator => page.getByRole('region', { name: / wants to / })
export const writes = (path: string, content: string) => ({
  toolCalls: [{ name: 'write_file', arguments: { path, content } }],
})
