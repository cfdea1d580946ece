import { createHash } from 'node:crypto'
import { availableParallelism, freemem, totalmem } from 'node:os'
import type { Download, SystemStatus, UnusableModel } from '@reynard/protocol'
import packageJson from '../../package.json' with { type: 'json' }
import type { EngineHub } from '../engines/engine-hub.ts'
import type { Notices } from '../notices/open-notices.ts'
import type { Clock } from '../runs/ports.ts'
import { createMailbox } from './mailbox.ts'

/** The version of this server, as package.json has it. */
const VERSION = packageJson.version

/** Free memory moves all the time; a page need not hear of less than this. */
const memoryStepBytes = 256 * 1024 * 1024
/** At most two a second, so that a busy server is not busy with telling so. */
const leastMs = 500

/** What every page shows at its foot, and who wants to hear when it changes. */
export type StatusBoard = {
  current(): SystemStatus
  /** Something may have changed: looks again, at most twice a second, and tells only a real change. */
  touch(): void
  onChange(listener: (status: SystemStatus) => void): () => void
  /** The status as it is, then each change, until `signal` aborts. A slow reader gets the newest only. */
  watch(signal: AbortSignal): AsyncGenerator<SystemStatus, void>
  close(): void
}

type Options = {
  hub: Pick<EngineHub, 'active' | 'statuses' | 'keepsQuestions' | 'defaultModel' | 'models'>
  slots: () => SystemStatus['slots']
  downloads: () => Download[]
  setup: () => SystemStatus['setup']
  hardware: () => { gpu: string | null; note: string | null }
  modelsDir: string
  unusableModels: () => UnusableModel[]
  notices: Pick<Notices, 'announcement' | 'maintenance'>
  clock: Clock
}

/** Puts the status together when it is asked for, and tells of changes. */
export function createStatusBoard(options: Options): StatusBoard {
  const { hub, clock } = options
  const listeners = new Set<(status: SystemStatus) => void>()
  let told = ''
  let lookedAt = Number.NEGATIVE_INFINITY
  let pending: (() => void) | null = null

  function current(): SystemStatus {
    const defaultModel = hub.defaultModel()
    const models = hub.models()
    return {
      active: hub.active(),
      keepsQuestions: hub.keepsQuestions(),
      engines: hub.statuses(),
      defaultModel: defaultModel?.name ?? null,
      defaultModelLabel: defaultModel?.label ?? null,
      defaultModelNote: defaultModel?.note ?? null,
      loadedModels: models.filter(({ loaded }) => loaded).length,
      modelsTag: createHash('sha1').update(JSON.stringify(models)).digest('base64url'),
      slots: options.slots(),
      downloads: options.downloads(),
      setup: options.setup(),
      modelsDir: options.modelsDir,
      unusableModels: options.unusableModels(),
      machine: {
        memoryBytes: totalmem(),
        freeMemoryBytes: Math.floor(freemem() / memoryStepBytes) * memoryStepBytes,
        cores: availableParallelism(),
        ...options.hardware(),
      },
      version: VERSION,
      announcement: options.notices.announcement(),
      maintenance: options.notices.maintenance(),
    }
  }

  function look(): void {
    pending = null
    lookedAt = clock.now()
    const status = current()
    const saying = JSON.stringify(status)
    if (saying === told) return
    told = saying
    for (const listener of listeners) listener(status)
  }

  function onChange(listener: (status: SystemStatus) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return {
    current,
    touch() {
      pending ??= clock.after(Math.max(0, lookedAt + leastMs - clock.now()), look)
    },
    onChange,
    async *watch(signal) {
      const mailbox = createMailbox<SystemStatus>(() => 'status')
      const stop = onChange(mailbox.deliver)
      try {
        yield current()
        yield* mailbox.read(signal)
      } finally {
        stop()
      }
    },
    close() {
      pending?.()
      pending = null
    },
  }
}
