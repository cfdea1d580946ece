import { AppError, type ChatDefaults, type ErrorInfo, type ModelInfo, type SystemStatus } from '@reynard/protocol'
import type { EngineHub } from '../engines/engine-hub.ts'
import { newestFirst } from '../engines/resolve-model.ts'
import type { EngineSelection, EngineSelector } from '../runs/ports.ts'
import type { GroupDirectory } from './group-directory.ts'

/** Models as one person has them: what is not for them is in no list, answers no question, and is refused where it is named. */
export type PermittedModels = EngineSelector & {
  /** Throws `forbidden` for a model that is not for this person; null is the default one. */
  check(userId: string, model: string | null): void
  mayUse(userId: string, model: string): boolean
  /** Those of a list that are for this person. */
  listFor(userId: string, models: ModelInfo[]): ModelInfo[]
  defaultsFor(userId: string, defaults: ChatDefaults): ChatDefaults
  /** With the model that answers this person where none is named. */
  statusFor(userId: string, status: SystemStatus): SystemStatus
}

type Options = {
  hub: Pick<EngineHub, 'select' | 'onChange' | 'suspect' | 'models'>
  directory: Pick<GroupDirectory, 'mayUse'>
}

export function createPermittedModels({ hub, directory }: Options): PermittedModels {
  const mayUse = (userId: string, name: string) => directory.mayUse(userId, { kind: 'model', name })
  /** What answers somebody who may not use the server's default: the newest that is for them. */
  function replacement(userId: string): ModelInfo | null {
    return (
      hub
        .models()
        .filter(({ name }) => mayUse(userId, name))
        .toSorted(newestFirst)[0] ?? null
    )
  }

  async function select(query: { model: string | null; strict: boolean; userId: string }): Promise<EngineSelection> {
    const { model: asked, userId } = query
    if (asked !== null && !mayUse(userId, asked)) return refused(notForYou(asked))
    const selection = await hub.select(query)
    if (selection.state !== 'ready' || mayUse(userId, selection.target.model)) return selection
    const other = replacement(userId)
    if (other === null) return refused(noneForYou)
    const chosen = await hub.select({ model: other.name, strict: true })
    return chosen.state === 'ready' ? { ...chosen, target: { ...chosen.target, requestedModel: asked } } : chosen
  }

  return {
    select,
    onChange: hub.onChange,
    suspect: hub.suspect,
    mayUse,
    check(userId, model) {
      if (model !== null && !mayUse(userId, model)) throw new AppError('forbidden', notForYou(model))
    },
    listFor: (userId, models) => models.filter(({ name }) => mayUse(userId, name)),
    defaultsFor: (userId, defaults) => ({
      ...defaults,
      contextTokens: Object.fromEntries(
        Object.entries(defaults.contextTokens).filter(([name]) => mayUse(userId, name)),
      ),
    }),
    statusFor(userId, status) {
      if (status.defaultModel === null || mayUse(userId, status.defaultModel)) return status
      const other = replacement(userId)
      return {
        ...status,
        defaultModel: other?.name ?? null,
        defaultModelLabel: other?.label ?? null,
        defaultModelNote: null,
      }
    },
  }
}

function refused(message: string): EngineSelection {
  const error: ErrorInfo = { code: 'forbidden', message }
  return { state: 'none', error, awaitsFirst: false }
}

const notForYou = (model: string) =>
  `The model "${model}" is not for you on this server. Choose another one, or ask an admin for it.`
const noneForYou = 'No model on this server is for you. Ask an admin for one.'
