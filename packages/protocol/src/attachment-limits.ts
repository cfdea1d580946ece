/** Files that one question may carry, bytes that one of them may have, and bytes that may wait for questions. */
export const ATTACHMENT_LIMITS = {
  perMessage: 20,
  fileBytes: 100 * 1024 * 1024,
  waitingBytes: 1024 * 1024 * 1024,
} as const
