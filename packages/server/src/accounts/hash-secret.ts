import { createHash } from 'node:crypto'

/** What is kept of a secret that is random enough by itself: nobody finds it from this, and an index does. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
