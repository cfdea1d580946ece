/** "Ollama at localhost:11434": host and port only, since an address may carry a password. */
export function serverLabel(name: string, baseUrl: string): string {
  const url = URL.parse(baseUrl)
  return url === null ? name : `${name} at ${url.host}`
}
