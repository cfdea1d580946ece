/** Names a request, so that the server takes it once however often it arrives. */
export function makeRequestKey(): string {
  // randomUUID needs a secure context; a server in the home network is often reached over plain HTTP.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
