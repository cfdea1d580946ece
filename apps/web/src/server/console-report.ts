import type { AccessMode, Download, SystemStatus } from '@reynard/protocol'

/** "40 MB", "1.15 GB", in the unit of the whole. */
function size(bytes: number, whole = bytes): string {
  return whole < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

function downloadLine(download: Download): string {
  const { receivedBytes, totalBytes } = download
  const amount = totalBytes === null ? size(receivedBytes) : `${size(receivedBytes, totalBytes)} of ${size(totalBytes)}`
  const speed = download.bytesPerSecond === null ? '' : `, ${(download.bytesPerSecond / 1e6).toFixed(1)} MB/s`
  return `  ${download.label}: ${amount}${speed}`
}

/** How a download ended; null for one that goes on, is paused or was cancelled. */
function endLine({ label, state, totalBytes, receivedBytes, error }: Download): string | null {
  if (state === 'done') return `  ${label} is here, ${size(totalBytes ?? receivedBytes)}`
  if (state === 'failed') return `  ${label} was not downloaded. ${error?.message ?? 'The source gave no reason.'}`
  return null
}

/** "SmolLM2 135M (SmolLM2-135M-Instruct.Q4_1)": what people call it, and what calls name it by. */
function modelName({ defaultModel, defaultModelLabel }: SystemStatus): string {
  return defaultModelLabel === defaultModel ? `${defaultModel}` : `${defaultModelLabel} (${defaultModel})`
}

/** A failed step is its reason: that no Ollama runs here is nothing to be alarmed about. */
function stepLine(step: string, state: SystemStatus['setup'][number]['state'], detail: string | null): string {
  if (step === 'model' && detail) return detail
  if (state === 'failed' && detail) return detail.startsWith(step) ? detail : `${step}: ${detail}`
  const mark = state === 'running' ? ' …' : state === 'done' ? '' : `: ${state}`
  return `${step}${mark}${detail ? ` (${detail})` : ''}`
}

/** Who set up one engine alone is not helped by another. */
function wayOut({ engines }: SystemStatus): string {
  const isOpenAi = engines.length > 0 && engines.every(({ kind }) => kind === 'openai')
  return isOpenAi
    ? 'Check OPENAI_BASE_URL and that server, or set REYNARD_ENGINE to auto.'
    : 'Start Ollama, or choose a model on the first screen.'
}

/**
 * Says on the console what the server does: one line per step, the address, then engine and model, again whenever they change.
 * What takes longer prints how far it is, at most every five seconds.
 * @param write takes one line
 */
export function createConsoleReport(write: (line: string) => void, now: () => number = Date.now) {
  const said = new Set<string>()
  const states = new Map<string, Download['state']>()
  let answering: string | null = null
  let note: string | null = null
  let lastProgressAt = 0
  let stepAt = 0

  return {
    ready({ url, ms, dataDir, mode }: { url: string; ms: number; dataDir: string; mode: AccessMode }) {
      write(`Ready in ${(ms / 1000).toFixed(1)} s`)
      write(`  Open    ${url}`)
      write(`  Data    ${dataDir}`)
      const who = mode === 'local' ? 'Every login of this machine is the owner' : 'Everybody signs in'
      write(`  ${who} (SECURITY.md). Ctrl-C stops.`)
    },
    status(status: SystemStatus) {
      const running = status.downloads.filter((download) => download.state === 'running')
      for (const { step, state, detail } of status.setup) {
        const isNew = !said.has(`${step} ${state}`)
        // A download has a line of its own.
        const isProgress = state === 'running' && detail !== null && running.length === 0 && now() - stepAt >= 5_000
        if (!isNew && !isProgress) continue
        write(`  ${stepLine(step, state, detail)}`)
        said.add(`${step} ${state}`)
        stepAt = now()
      }
      if (running.length > 0 && now() - lastProgressAt >= 5_000) {
        lastProgressAt = now()
        for (const download of running) write(downloadLine(download))
      }
      for (const download of status.downloads) {
        const end = states.get(download.id) === download.state ? null : endLine(download)
        if (end) write(end)
        states.set(download.id, download.state)
      }
      if (status.machine.note !== null && status.machine.note !== note) write(`  ${status.machine.note}`)
      note = status.machine.note
      const engine = status.engines.find((candidate) => candidate.kind === status.active)
      const line = engine && status.defaultModel ? `  Engine  ${engine.label}\n  Model   ${modelName(status)}` : ''
      if (line && line !== answering) write(status.defaultModelNote ? `${line}\n  ${status.defaultModelNote}` : line)
      // A server that took over after a restore has not asked its engines yet; a model may be on its way.
      const isLooking =
        running.length > 0 ||
        // What the last step brought is about to be noticed.
        status.setup.at(-1)?.state === 'done' ||
        status.engines.some(({ condition }) => condition === 'starting') ||
        status.setup.some(({ state }) => state === 'running')
      if (!line && isLooking) return
      const isExplained =
        answering === null && status.setup.some(({ step, state }) => step === 'model' && state === 'failed')
      if (!line && answering !== '' && !isExplained) write(`  No engine answers now. ${wayOut(status)}`)
      answering = line
    },
  }
}
