/** Of one question; what is longer goes as a file. Beside the schemas, so that a page that counts letters does not load zod. */
export const MOST_MESSAGE_CHARACTERS = 200_000
