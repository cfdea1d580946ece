/** What a database's integer holds. Anything above is no count of tokens. */
const mostTokens = 2 ** 31 - 1

/** A number of tokens as another server reports it; undefined where it is none. */
export function readTokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= mostTokens ? Math.round(value) : undefined
}
