const openers: (() => void)[] = []

/** Says that `open` shows the assistants to choose from. Returns how to take that back. */
export function followChoosing(open: () => void): () => void {
  openers.push(open)
  return () => {
    openers.splice(openers.indexOf(open), 1)
  }
}

/** Opens the choice of an assistant; false where there is none. */
export function chooseAssistant(): boolean {
  openers.at(-1)?.()
  return openers.length > 0
}
