type Names = readonly string[]

/** What Ollama itself reads from the environment: nothing to wonder about there. In our own `.env` nobody but us reads it. */
const ollamasOwn = new Set(
  `API_KEY AUTH CONTEXT_LENGTH DEBUG EDITOR FLASH_ATTENTION GPU_OVERHEAD HOST INTEL_GPU KEEP_ALIVE KV_CACHE_TYPE LIBRARY_PATH LLM_LIBRARY
  LOAD_TIMEOUT MAX_LOADED_MODELS MAX_QUEUE MAX_TRANSFER_STREAMS MODELS MULTIUSER_CACHE NEW_ENGINE NOHISTORY NOPRUNE NO_CLOUD
  NUM_PARALLEL ORIGINS REMOTES RUNNERS_DIR SCHED_SPREAD TMPDIR VERSION VULKAN`
    .split(/\s+/)
    .map((name) => `OLLAMA_${name}`),
)

/**
 * A sentence for each name that looks like a setting of ours and is none, with the nearest one that is.
 * @param file names in `.env`
 * @param environment names in the process's environment
 * @param known every setting
 */
export function describeUnknownSettings(given: { file: Names; environment: Names }, known: Names): string[] {
  const isUnknown = (name: string) => /^(REYNARD|OLLAMA)_/i.test(name) && !known.includes(name)
  const inFile = given.file.filter(isUnknown)
  const around = given.environment.filter(
    (name) => isUnknown(name) && !inFile.includes(name) && !ollamasOwn.has(name) && !name.startsWith('REYNARD_TEST_'),
  )
  const describe = (where: string) => (name: string) =>
    `${name} in ${where} is no setting and is ignored. Did you mean ${nearest(name.toUpperCase(), known)}?`
  return [...inFile.map(describe('.env')), ...around.map(describe('the environment'))]
}

function nearest(name: string, known: Names): string {
  const bare = name.replace(/^REYNARD_/, '')
  // A name cut short is that name, however long the rest; PORT and HOST have no prefix.
  const far = (setting: string) => (setting === bare ? -1 : setting.startsWith(name) ? 0 : distance(name, setting))
  return known.toSorted((a, b) => far(a) - far(b))[0] ?? ''
}

/** Levenshtein: how many letters must be changed, added or left out. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const change = from[i - 1] === to[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change))
    }
    row = next
  }
  return row[to.length] ?? 0
}
