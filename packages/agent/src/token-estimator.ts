/** What a chat template adds around each message, roughly: role markers and separators. */
export const tokensPerMessage = 4
/** Longer texts are judged by this many characters, taken evenly: the estimate stays cheap for a pasted book. */
const sampleCharacters = 4_096
/** Corrections outside this range come from a truncated prompt or a miscount, not from a tokenizer. */
const believableRatio = { min: 0.25, max: 4 }

/** Tokens per UTF-16 unit, by script. Measured on common vocabularies of 32k to 150k entries, rounded up. */
function tokensOfUnit(unit: number): number {
  if (unit < 0x80) {
    const letter = (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || unit === 0x20
    return letter ? 0.23 : 0.5
  }
  if (unit < 0x250) return 0.5
  if (unit < 0x600) return 0.45
  if (unit < 0x1100) return 0.7
  if (unit >= 0xd800 && unit < 0xe000) return 1.2
  if (unit >= 0x2e80) return 0.9
  return 0.8
}

/** Tokens of a text without any calibration: characters weighed by their script. */
export function roughTokens(text: string): number {
  const step = Math.max(1, Math.floor(text.length / sampleCharacters))
  let sum = 0
  let seen = 0
  for (let i = 0; i < text.length; i += step) {
    sum += tokensOfUnit(text.charCodeAt(i))
    seen += 1
  }
  return seen === 0 ? 0 : Math.ceil((sum / seen) * text.length)
}

/** Estimates tokens, and gets better per model by what engines report after each prompt. */
export type TokenEstimator = {
  /** Tokens of a text as this model counts, as far as known. */
  estimate(model: string, text: string): number
  /** Whether anything has been learnt about the model. */
  calibrated(model: string): boolean
  /** `estimated` is what `estimate` gave for a whole prompt, `actual` what the engine counted. Unbelievable pairs are ignored. */
  learn(model: string, estimated: number, actual: number): void
}

/** A fresh estimator that knows no model. It holds one number per model name. */
export function createTokenEstimator(): TokenEstimator {
  const ratios = new Map<string, number>()
  return {
    estimate: (model, text) => Math.ceil(roughTokens(text) * (ratios.get(model) ?? 1)),
    calibrated: (model) => ratios.has(model),
    learn(model, estimated, actual) {
      if (estimated <= 0 || actual <= 0) return
      const step = actual / estimated
      if (step < believableRatio.min || step > believableRatio.max) return
      const known = ratios.get(model)
      const target = (known ?? 1) * step
      const next = known === undefined ? target : known * 0.7 + target * 0.3
      ratios.set(model, Math.min(believableRatio.max, Math.max(believableRatio.min, next)))
    },
  }
}
