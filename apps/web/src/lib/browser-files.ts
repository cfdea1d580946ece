/** Hands a file to the person's browser to keep. `type` is its MIME type. */
export function saveFile(name: string, content: string, type: string) {
  saveBytes(name, new TextEncoder().encode(content), type)
}

/** The same for what is no text. */
export function saveBytes(name: string, bytes: Uint8Array<ArrayBuffer>, type: string) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes], { type }))
  link.download = name
  link.click()
  // The browser has taken the blob over once the click returned to its loop.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Lets the person choose one file; null where they chose none. `accept` as in an input of the kind `file`. */
export function chooseFile(accept: string): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = accept
    input.onchange = () => resolve(input.files?.[0] ?? null)
    input.oncancel = () => resolve(null)
    input.click()
  })
}
