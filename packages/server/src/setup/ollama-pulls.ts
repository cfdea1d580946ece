import { randomUUID } from 'node:crypto'
import type { Engine } from '@reynard/engine'
import { AppError, type Download, errorCodeOf } from '@reynard/protocol'
import type { Clock } from '../runs/ports.ts'
import { createMailbox } from '../status/mailbox.ts'
import { createRateMeter } from './rate-meter.ts'

/** Models on their way to an Ollama, as jobs of this server: they go on when the page that asked is closed. */
export type OllamaPulls = {
  list(): Download[]
  /** A pull of that model that is under way is returned as it is. */
  start(model: string): Download
  /** Ollama keeps the layers that it has; a resumed pull goes on from them. */
  pause(id: string): void
  resume(id: string): void
  cancel(id: string): void
  /**
   * The download as it is, then its changes (a slow reader gets the newest only), up to one in which no bytes may come any more. Ends
   * too when `signal` aborts or the server stops.
   */
  watch(id: string, signal: AbortSignal): AsyncGenerator<Download, void>
  close(): void
}

type Options = {
  /** The Ollama that is set up now; null where there is none. */
  engine: () => Engine | null
  clock: Clock
  onChange: () => void
  /** A pull came to its end: the engine has a new model. The download is done when this resolves. */
  onPulled: () => Promise<void>
}

type Job = {
  download: Download
  abort: AbortController
  ended: Promise<void>
  watchers: Set<(download: Download) => void>
}

/** Pulls by the Ollama that is there at the moment. */
export function createOllamaPulls({ engine, clock, onChange, onPulled }: Options): OllamaPulls {
  const jobs = new Map<string, Job>()
  const closing = new AbortController()

  function set(job: Job, change: Partial<Download>): void {
    job.download = { ...job.download, ...change }
    for (const tell of job.watchers) tell(job.download)
    onChange()
  }

  function getJob(id: string): Job {
    const job = jobs.get(id)
    if (!job) throw new AppError('not-found', 'This download is not known any more.')
    return job
  }

  async function pull(job: Job): Promise<void> {
    const { signal } = job.abort
    if (signal.aborted) return
    const meter = createRateMeter(clock.now)
    set(job, { state: 'running', error: null, detail: 'Asking Ollama.' })
    try {
      const ollama = engine()
      if (!ollama) throw new AppError('no-engine', 'Ollama is not in use here, and nothing else can pull a model.')
      for await (const { status, completedBytes, totalBytes } of ollama.pull(job.download.name, { signal })) {
        if (signal.aborted) return
        const receivedBytes = Math.max(job.download.receivedBytes, completedBytes ?? 0)
        const bytesPerSecond = meter.add(receivedBytes)
        const etaMs =
          totalBytes !== null && bytesPerSecond
            ? Math.round(((totalBytes - receivedBytes) / bytesPerSecond) * 1000)
            : null
        const state = /verif|digest|manifest/i.test(status) && receivedBytes > 0 ? 'checking' : 'running'
        set(job, {
          state,
          detail: status,
          receivedBytes,
          totalBytes: totalBytes ?? job.download.totalBytes,
          bytesPerSecond,
          etaMs,
        })
      }
      if (signal.aborted) return
      const receivedBytes = job.download.totalBytes ?? job.download.receivedBytes
      set(job, { state: 'checking', detail: null, receivedBytes, bytesPerSecond: null, etaMs: 0 })
      // Done only when it can be chosen: who waits for it would otherwise find neither a model nor a download.
      await onPulled()
      set(job, { state: 'done' })
    } catch (error) {
      if (signal.aborted) return
      const message = error instanceof Error ? error.message : 'Ollama ended the pull without a reason.'
      const code = errorCodeOf(error) ?? 'engine-failed'
      set(job, { state: 'failed', detail: null, bytesPerSecond: null, etaMs: null, error: { code, message } })
    }
  }

  function begin(job: Job): void {
    job.abort = new AbortController()
    // The pull that was paused may still be letting go.
    job.ended = job.ended.then(() => pull(job))
  }

  function halt(id: string, state: 'paused' | 'cancelled'): void {
    const job = getJob(id)
    const now = job.download.state
    // One that failed is put away by cancelling it.
    if (!isLive(job.download) && now !== 'paused' && !(now === 'failed' && state === 'cancelled')) return
    job.abort.abort()
    set(job, { state, detail: null, bytesPerSecond: null, etaMs: null })
  }

  return {
    list: () => [...jobs.values()].map(({ download }) => download),
    start(model) {
      const same = [...jobs.values()].find(({ download }) => download.name === model)
      if (same && (isLive(same.download) || same.download.state === 'paused')) return same.download
      if (same) jobs.delete(same.download.id)
      const download: Download = {
        id: randomUUID(),
        kind: 'ollama',
        name: model,
        label: model,
        state: 'waiting',
        receivedBytes: 0,
        totalBytes: null,
        bytesPerSecond: null,
        etaMs: null,
        detail: null,
        error: null,
      }
      const job: Job = {
        download,
        abort: new AbortController(),
        ended: Promise.resolve(),
        watchers: new Set(),
      }
      jobs.set(download.id, job)
      begin(job)
      return job.download
    },
    pause: (id) => halt(id, 'paused'),
    resume(id) {
      const job = getJob(id)
      if (job.download.state !== 'paused' && job.download.state !== 'failed') return
      set(job, { state: 'waiting', error: null })
      begin(job)
    },
    cancel: (id) => halt(id, 'cancelled'),
    async *watch(id, signal) {
      const job = getJob(id)
      const mailbox = createMailbox<Download>(() => 'download')
      job.watchers.add(mailbox.deliver)
      try {
        const now = job.download
        yield now
        if (!isLive(now)) return
        for await (const download of mailbox.read(AbortSignal.any([signal, closing.signal]))) {
          yield download
          if (!isLive(download)) return
        }
      } finally {
        job.watchers.delete(mailbox.deliver)
      }
    },
    close() {
      closing.abort()
      for (const { abort } of jobs.values()) abort.abort()
    },
  }
}

/** True while bytes may come. */
export function isLive({ state }: Download): boolean {
  return state === 'waiting' || state === 'running' || state === 'checking'
}
