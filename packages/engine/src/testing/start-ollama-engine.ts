import { type FakeOllama, type FakeOllamaOptions, startFakeOllama } from '@reynard/fake-ollama'
import { onTestFinished } from 'vitest'
import type { Engine } from '../engine.ts'
import { createOllamaEngine, type OllamaEngineOptions } from '../ollama/create-ollama-engine.ts'

/** A scripted Ollama and an engine that talks to it; both end with the test that calls this. */
export async function startOllamaEngine(
  fakeOptions: FakeOllamaOptions = {},
  options: Partial<OllamaEngineOptions> = {},
): Promise<{ fake: FakeOllama; engine: Engine }> {
  const fake = await startFakeOllama(fakeOptions)
  const engine = createOllamaEngine({ baseUrl: fake.url, ...options })
  onTestFinished(async () => {
    await engine.close()
    await fake.close()
  })
  return { fake, engine }
}
