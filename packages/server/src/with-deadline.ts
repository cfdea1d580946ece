/** Waits for `work`, but no longer than `ms`. Resolves with whether it ended in time; a failure counts as ended and goes to `onError`. */
export async function withDeadline(
  work: Promise<unknown>,
  ms: number,
  onError: (error: unknown) => void,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([work.then(() => true as const), late])
  } catch (error) {
    onError(error)
    return true
  } finally {
    clearTimeout(timer)
  }
}
