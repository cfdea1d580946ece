import type { Page } from '@playwright/test'
import { createReynardClient, type ReynardClient } from '@reynard/client'

/** What is done after a scene was looked at, so that the next one finds the stage as it was. */
export type Leave = () => Promise<unknown>
/** Brings a page to one state of the app and resolves when it shows. */
export type Scene<Props> = (page: Page, props: Props) => Promise<Leave | undefined>

/** Scenes that share servers. They are the screens that pictures are taken of and that axe looks at. */
export type Stage = {
  scenes: string[]
  /** Starts the servers. */
  open: () => Promise<OpenStage>
}
export type OpenStage = { show: (scene: string, page: Page) => Promise<Leave | undefined>; close: () => Promise<void> }

export function defineStage<Props extends { close: () => Promise<void> }>(
  prepare: () => Promise<Props>,
  scenes: Record<string, Scene<Props>>,
): Stage {
  return {
    scenes: Object.keys(scenes),
    async open() {
      const props = await prepare()
      const show: OpenStage['show'] = async (name, page) => {
        const scene = scenes[name]
        if (!scene) throw new Error(`No scene is called ${name}`)
        return scene(page, props)
      }
      return { show, close: () => props.close() }
    },
  }
}

export type Asked = { conversationId: string; userMessageId: string; answerId: string; runId: string }

/** `conversationId`: the chat to begin in, where it is there already without a message. */
type Asking = { after?: Asked; conversationId?: string; model?: string; assistant?: string }

/** A person at the typed client: asks, waits, stops. */
export function createAsker(url: string) {
  const client: ReynardClient = createReynardClient({ baseUrl: url })
  const send = (text: string, { after, conversationId, model, assistant }: Asking = {}): Promise<Asked> =>
    client.trpc.chat.send.mutate({
      key: crypto.randomUUID(),
      conversationId: after?.conversationId ?? conversationId ?? null,
      parentId: after?.answerId ?? null,
      text,
      model,
      ...(assistant === undefined ? {} : { settings: { assistant } }),
    })
  /** Resolves when the run has ended, or has written so many events. */
  const follow = async ({ runId }: { runId: string }, events = Number.POSITIVE_INFINITY) => {
    let seen = 0
    for await (const _event of client.followRun(runId)) if (++seen >= events) return
  }
  const ask = async (text: string, more?: Asking): Promise<Asked> => {
    const asked = await send(text, more)
    await follow(asked)
    return asked
  }
  /** Says yes to the first calls that ask, to all unless told; the next one waits. */
  const allow = async (asked: Asked, yeses = Number.POSITIVE_INFINITY): Promise<Asked> => {
    let left = yeses
    for await (const event of client.followRun(asked.runId)) {
      if (event.type !== 'approval-request') continue
      if (left-- === 0) break
      const { callId } = event
      await client.trpc.chat.decide.mutate({ runId: asked.runId, callId, decision: 'approved' })
    }
    return asked
  }
  const { project } = client.trpc.assistant
  /** Brings a project into a chat of CodeWolf's own; resolves with the chat's id when it is there, or is known not to come. */
  const bring = async (source: Parameters<typeof project.bring.mutate>[0]['source']): Promise<string> => {
    const { conversationId } = await project.bring.mutate({ conversationId: null, assistant: 'codewolf', source })
    while ((await project.of.query({ conversationId }))?.state === 'importing') await new Promise(setImmediate)
    return conversationId
  }
  /** The chat is gone, and what lives in it is stopped. */
  const forget = async (...chats: Asked[]) => {
    for (const { runId, conversationId } of chats) {
      await client.trpc.chat.cancel.mutate({ runId })
      await client.trpc.chat.remove.mutate({ id: conversationId })
    }
  }
  return { client, send, follow, ask, allow, bring, forget, close: () => client.close() }
}
export type Asker = ReturnType<typeof createAsker>

/** The chat, as far as it can be shown: its newest turn is on the page. */
export async function openChat(page: Page, url: string, { conversationId }: { conversationId: string }) {
  await page.goto(`${url}/chat/${conversationId}`)
  await page.getByRole('article').last().waitFor()
}

/** What comes in a script of its own has come: nothing but its room is on the page until then. */
export async function allFetched(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[data-on-its-way]') === null)
}
