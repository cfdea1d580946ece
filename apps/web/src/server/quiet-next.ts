/**
 * Next says on the console that it has read its configuration, even when told to be quiet: no step of ours. Anything else that is
 * printed while `work` runs passes.
 */
export async function withoutNextChatter<Result>(work: () => Promise<Result>): Promise<Result> {
  const { log } = console
  console.log = (...words: unknown[]) => {
    if (!words.some((word) => typeof word === 'string' && word.includes('Running next.config'))) log(...words)
  }
  try {
    return await work()
  } finally {
    console.log = log
  }
}
