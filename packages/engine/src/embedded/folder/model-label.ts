type LabelSource = {
  fileName: string
  /** A text of the header; null where it has none by that key. */
  text: (key: string) => string | null
  quantization: string | null
}

/** Longer than this it is no name but a description. Characters. */
const longestName = 60

/**
 * What people call a model: "SmolLM2 135M Instruct, Q4_1" instead of its file's name. Base name, size and kind are written by the converter and
 * are sound; `general.name` may be anything ("models", the name of the model it was tuned from), so it counts only where the file's name bears
 * it out. Else the file's name.
 */
export function labelFrom({ fileName, text, quantization }: LabelSource): string {
  const name = fromParts(text) ?? fromName(text, fileName)
  if (name === null || name.length > longestName) return fileName
  return quantization === null ? name : `${name}, ${quantization}`
}

function fromParts(text: LabelSource['text']): string | null {
  const base = readable(text('general.basename'))
  if (base === null) return null
  const more = [text('general.version'), text('general.size_label'), readable(text('general.finetune'))]
  return more.reduce<string>((name, part) => (part === null || holds(name, part) ? name : `${name} ${part}`), base)
}

function fromName(text: LabelSource['text'], fileName: string): string | null {
  const name = readable(text('general.name'))
  const words = name?.match(/\p{L}{3,}/gu) ?? []
  if (name === null || !words.some((word) => holds(fileName, word))) return null
  const size = text('general.size_label')
  return size === null || /\d[BM]\b/i.test(name) ? name : `${name} ${size}`
}

/** "smollm2-135m_instruct" reads better with spaces; capitals stay as the publisher wrote them. Control characters are no part of a name. */
function readable(value: string | null): string | null {
  const name = (value ?? '')
    .replace(/[\p{C}_-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return name === '' ? null : name
}

function holds(text: string, part: string): boolean {
  return plain(text).includes(plain(part))
}

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
