import { createReynardClient, errorInfoOf } from '@reynard/client'
import { assistantDefinitionSchema } from '@reynard/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { openTestServer, type TestServerOptions } from '../testing/open-test-server.ts'
import { createTestKit } from '../testing/test-kit.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

async function open(options: TestServerOptions = {}) {
  const server = await openTestServer({ kit: createTestKit().kit, ...options })
  const client = createReynardClient({ baseUrl: server.url })
  owned.push(server, client)
  return { server, calls: client.trpc.assistant, admin: client.trpc.admin }
}

const mine = assistantDefinitionSchema.parse({
  name: ' Renard ',
  letter: '🦊',
  instructions: 'Answer in rhymes.',
  tools: { count: 'ask', peek: 'off', of_a_newer_server: 'default' },
})
/** One pixel. */
const dot = 'data:image/webp;base64,UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA'
const code = (error: unknown) => errorInfoOf(error)?.code

describe('assistants', () => {
  test('those that come with the server are there, and can be copied but not changed', async () => {
    const { calls } = await open()
    const list = await calls.list.query()
    expect(list).toMatchObject({ enabled: true, toolsEnabled: true })
    expect(list.assistants).toMatchObject([{ id: 'tester', builtIn: true, name: 'Tester', tools: ['peek', 'count'] }])
    expect(list.tools.map(({ name, effect }) => [name, effect])).toEqual([
      ['peek', 'read'],
      ['count', 'write'],
    ])
    // What the composer's meter counts before the first question.
    expect(list.assistants[0]?.instructionsTokens).toBeGreaterThan(0)
    for (const { tokens } of list.tools) expect(tokens).toBeGreaterThan(10)
    const { definition } = await calls.byId.query({ id: 'tester' })
    const copy = await calls.create.mutate({ ...definition, name: 'Mine' })
    expect(copy).toMatchObject({ builtIn: false, name: 'Mine', definition: { instructions: definition.instructions } })
    await expect(calls.remove.mutate({ id: 'tester' })).rejects.toSatisfy((error) => code(error) === 'forbidden')
  })

  test('a person makes, changes and deletes their own, and they outlive a restart', async () => {
    const { server, calls } = await open()
    const made = await calls.create.mutate(mine)
    expect(made).toMatchObject({ name: 'Renard', letter: '🦊', tools: ['count', 'of_a_newer_server'] })
    await calls.update.mutate({ id: made.id, definition: { ...mine, name: 'Goupil', picture: dot } })
    owned.push(await server.restart())
    await expect.poll(async () => (await calls.byId.query({ id: made.id })).name).toBe('Goupil')
    expect(await calls.byId.query({ id: made.id })).toMatchObject({
      picture: dot,
      definition: { ...mine, name: 'Goupil', picture: dot },
    })
    expect((await calls.list.query()).assistants.at(-1)).toMatchObject({ picture: dot })
    await calls.remove.mutate({ id: made.id })
    await calls.restore.mutate({ id: made.id })
    expect(await calls.byId.query({ id: made.id })).toMatchObject({ name: 'Goupil' })
    await calls.remove.mutate({ id: made.id })
    await expect(calls.byId.query({ id: made.id })).rejects.toSatisfy((error) => code(error) === 'not-found')
    expect((await calls.list.query()).assistants.map(({ id }) => id)).toEqual(['tester'])
  })

  test('nothing is kept of a definition that nobody can see', async () => {
    const { calls } = await open()
    const made = await calls.create.mutate({
      ...mine,
      name: 'Go\u202eu\u200bpil\u0000',
      letter: '\u200bG',
      description: 'Knows\u2066 \nplants',
      instructions: 'Answer\u{e0041}\n\tin rhymes.\u202e',
    })
    expect(made).toMatchObject({ name: 'Goupil', letter: 'G', description: 'Knows plants' })
    expect((await calls.byId.query({ id: made.id })).definition.instructions).toBe('Answer\n\tin rhymes.')
    // Joiners are part of how some are written.
    expect(await calls.create.mutate({ ...mine, name: 'می\u200cخواهم', letter: '👩‍🚀' })).toMatchObject({
      name: 'می\u200cخواهم',
      letter: '👩‍🚀',
    })
    for (const [part, sentence] of [
      [{ name: '\u200d\u2800' }, 'Give it a name that can be seen'],
      [{ name: '\u202e\u200b' }, 'Give it a name.'],
      [{ letter: '\u200d' }, 'The mark holds one letter that can be seen.'],
    ] as const) {
      await expect(calls.create.mutate({ ...mine, ...part })).rejects.toThrow(sentence)
    }
  })

  test.each(['Tester', ' tester ', 'T e s t e r', 'ＴＥＳＴＥＲ', 'T\u200bester', 'Теstеr', 'Tester!'])(
    'nobody can call theirs %j, as one that came with the server',
    async (name) => {
      const { calls } = await open()
      const { id } = await calls.create.mutate(mine)
      for (const refused of [
        calls.create.mutate({ ...mine, name }),
        calls.update.mutate({ id, definition: { ...mine, name } }),
      ]) {
        await expect(refused).rejects.toSatisfy((error) => {
          expect(errorInfoOf(error)).toMatchObject({
            code: 'conflict',
            message: 'Tester is an assistant that came with the server. Give yours another name.',
          })
          return true
        })
      }
      expect(await calls.create.mutate({ ...mine, name: 'Tester, copy' })).toMatchObject({ name: 'Tester, copy' })
    },
  )

  test('the answer says which of its tools are not here, and that its model is not', async () => {
    const { calls } = await open()
    const tools = JSON.parse(
      '{"count":"ask","of_a_newer_server":"ask","other":"off","constructor":"ask","__proto__":"ask"}',
    )
    const made = await calls.create.mutate({ ...mine, model: 'nobody:7b', tools })
    expect(made.missing).toEqual({ tools: ['of_a_newer_server'], model: 'nobody:7b' })
    expect(Object.keys(made.definition.tools)).toEqual(['count', 'of_a_newer_server', 'other'])
    const changed = await calls.update.mutate({ id: made.id, definition: { ...mine, tools: { count: 'ask' } } })
    expect(changed.missing).toEqual({ tools: [], model: null })
  })

  test.each([
    ['no name', { ...mine, name: ' ' }],
    ['a word for a letter', { ...mine, letter: 'AB' }],
    ['a picture that is a page', { ...mine, picture: 'data:text/html;base64,PHNjcmlwdD4=' }],
    ['a drawing that may run code', { ...mine, picture: 'data:image/svg+xml;base64,PHN2Zy8+' }],
    ['a picture from elsewhere', { ...mine, picture: 'https://example.org/a.png' }],
    ['a picture that is none', { ...mine, picture: `data:image/png;base64,${'A'.repeat(400)}` }],
    ['a picture that is too large', { ...mine, picture: `${dot.slice(0, -12)}${'A'.repeat(90_000)}` }],
    ['a rule that there is not', { ...mine, tools: { count: 'always' } }],
    ['a tool that is no name', { ...mine, tools: { 'rm -rf': 'ask' } }],
  ])('%s is refused', async (_what, definition) => {
    const { calls } = await open()
    await expect(calls.create.mutate(definition as typeof mine)).rejects.toSatisfy(
      (error) => code(error) === 'bad-request',
    )
  })

  test('where the operator switched them off none is listed', async () => {
    const { calls } = await open({ env: { OLLAMA_ASSISTANT_ENABLED: 'false', OLLAMA_TOOLS_ENABLED: 'false' } })
    expect(await calls.list.query()).toMatchObject({ enabled: false, toolsEnabled: false, assistants: [] })
  })

  test('the operator switches them at run time', async () => {
    const { calls, admin } = await open()
    await admin.updateSettings.mutate({ tools: false })
    expect(await calls.list.query()).toMatchObject({ enabled: true, toolsEnabled: false })
    await admin.updateSettings.mutate({ assistants: false, tools: null })
    expect(await calls.list.query()).toMatchObject({ enabled: false, toolsEnabled: true, assistants: [] })
  })
})
