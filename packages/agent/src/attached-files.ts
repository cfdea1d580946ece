import type { EngineImage } from '@reynard/engine'
import type { NewRunEvent } from '@reynard/protocol'

type CutFiles = NonNullable<Extract<NewRunEvent, { type: 'context-fitted' }>['filesCut']>

/** What the model is given of the files that came with a question. */
export type AttachedFiles = {
  /** Stands before the question: what came, and the text of what is given whole or in part, each marked as data. */
  text: string
  images: readonly EngineImage[]
  paths: readonly string[]
  /** Files whose text did not fit, in characters. */
  cut: CutFiles
}

/** What a picture takes of a window, in tokens. Engines count from 250 to some thousands; nobody says before. */
export const tokensPerImage = 800
