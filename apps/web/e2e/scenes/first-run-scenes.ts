import { once } from 'node:events'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { startFakeOllama } from '@reynard/fake-ollama'
import { makeGguf } from '../../../../packages/engine/src/embedded/testing/make-gguf.ts'
import { lastAnswer } from '../chat-page.ts'
import { removeData, startReynard } from '../start-reynard.ts'
import { createAsker, defineStage } from './stage.ts'

/** Nobody listens at this address, as on a machine without Ollama. */
const NOBODY = 'http://localhost:11435'
const BYTES_PER_SECOND = 9_000_000

/** A model hub whose file comes as slowly as over a home line, and hardly at all past its middle: it is never whole while somebody looks. */
async function startSlowHub(sizeBytes: number) {
  const server = createServer((request, response) => {
    if (request.method === 'HEAD') return response.end()
    response.writeHead(200, { 'content-length': sizeBytes, 'x-linked-size': sizeBytes })
    let sentBytes = 0
    const drip = setInterval(() => {
      const bytes = sentBytes < sizeBytes / 2 ? BYTES_PER_SECOND / 10 : 1_000
      sentBytes += bytes
      response.write(Buffer.alloc(bytes))
    }, 100)
    response.on('close', () => clearInterval(drip))
    return undefined
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The hub has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function fillFolder(folder: string) {
  mkdirSync(folder, { recursive: true })
  const metadata = { 'general.architecture': 'qwen3', 'general.basename': 'Fox', 'general.size_label': '4B' }
  writeFileSync(join(folder, 'fox-4b-q4_k_m.gguf'), makeGguf({ ...metadata, 'general.file_type': 15 }))
  writeFileSync(join(folder, 'from-tomorrow.gguf'), makeGguf({ 'general.architecture': 'tomorrow' }))
  writeFileSync(join(folder, 'report.gguf'), 'no model')
  utimesSync(join(folder, 'report.gguf'), new Date(0), new Date(0))
}

async function prepare() {
  const hub = await startSlowHub(491_400_032)
  const ollama = await startFakeOllama({ models: [], pullBytes: 2_500_000_000, pullBytesPerSecond: 18_000_000 })
  const nothing = await startReynard({ OLLAMA_BASE_URL: NOBODY, HF_ENDPOINT: hub.url })
  const arriving = await startReynard({ OLLAMA_BASE_URL: NOBODY, REYNARD_STARTER: 'auto', HF_ENDPOINT: hub.url })
  const pulling = await startReynard({ OLLAMA_BASE_URL: ollama.url, HF_ENDPOINT: hub.url })
  // A models folder with one model and two files that are none, and no hub to get others from.
  const folder = await startReynard({ HF_ENDPOINT: NOBODY })
  fillFolder(join(folder.dataDir, 'models'))
  const asker = createAsker(pulling.url)
  await asker.client.trpc.admin.pullOllama.mutate({ model: 'qwen3:4b' })
  const close = async () => {
    await asker.close()
    for (const server of [nothing, arriving, pulling, folder]) {
      await server.stop()
      removeData(server)
    }
    await ollama.close()
    hub.close()
  }
  const urls = { nothing: nothing.url, arriving: arriving.url, pulling: pulling.url, folder: folder.url }
  return { ...urls, asker, close }
}
type Props = Awaited<ReturnType<typeof prepare>>

const rows = (page: Page) => page.getByRole('radio').nth(3).waitFor()

export const firstRunStage = defineStage<Props>(prepare, {
  'first-run': async (page, { nothing }) => {
    await page.goto(nothing)
    return void (await rows(page))
  },
  'first-run-welcome': async (page, { nothing }) => {
    await page.goto(`${nothing}/welcome`)
    return void (await rows(page))
  },
  'first-run-arriving': async (page, { arriving }) => {
    await page.goto(arriving)
    await page
      .getByText(/\d of 491 MB/)
      .first()
      .waitFor()
    return undefined
  },
  'first-run-arriving-welcome': async (page, { arriving }) => {
    await page.goto(`${arriving}/welcome`)
    await page
      .getByText(/\d of 491 MB/)
      .first()
      .waitFor()
    return undefined
  },
  'first-run-pulling': async (page, { pulling }) => {
    await page.goto(`${pulling}/welcome`)
    await page.getByRole('progressbar').waitFor()
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('What can you do without the internet?')
    return undefined
  },
  'models-unusable': async (page, { folder }) => {
    await page.goto(`${folder}/settings/models`)
    await page.getByText('no GGUF file').waitFor()
    await page.getByText('cannot be reached from here').waitFor()
    return undefined
  },
  'picker-unusable': async (page, { folder }) => {
    await page.goto(folder)
    await page.getByRole('button', { name: /Choose a model: Fox 4B/ }).click()
    await page.getByText('no GGUF file').waitFor()
    return undefined
  },
  'waits-for-model': async (page, { pulling, asker }) => {
    const mine = await asker.send('What can you do without the internet?')
    await page.goto(`${pulling}/chat/${mine.conversationId}`)
    await lastAnswer(page)
      .getByText(/Downloading qwen3:4b, /)
      .waitFor()
    return () => asker.forget(mine)
  },
})
