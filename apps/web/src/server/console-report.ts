import type { Download, SystemStatus } from '@reynard/protocol'

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2)

function downloadLine(download: Download): string {
  const total = download.totalBytes === null ? '' : ` of ${gigabytes(download.totalBytes)}`
  const speed = download.bytesPerSecond === null ? '' : `, ${(download.bytesPerSecond / 1e6).toFixed(1)} MB/s`
  return `  ${download.label}: ${gigabytes(download.receivedBytes)}${total} GB${speed}`
}

/**
 * Says on the console what the server does: one line per step, the address, then engine and model, again whenever they change.
 * Downloads print at most every five seconds.
 * @param write takes one line
 */
export function createConsoleReport(write: (line: string) => void, now: () => number = Date.now) {
  const said = new Set<string>()
  let answering = ''
  let lastProgressAt = 0

  return {
    ready({ url, ms, dataDir }: { url: string; ms: number; dataDir: string }) {
      write(`Ready in ${(ms / 1000).toFixed(1)} s`)
      write(`  Open    ${url}`)
      write(`  Data    ${dataDir}`)
      write('  Every login of this machine is the owner (SECURITY.md). Ctrl-C stops.')
    },
    status(status: SystemStatus) {
      for (const { step, state, detail } of status.setup) {
        const line = `  ${step}${state === 'running' ? ' …' : state === 'done' ? '' : `: ${state}`}${detail ? ` (${detail})` : ''}`
        if (!said.has(`${step} ${state}`)) write(line)
        said.add(`${step} ${state}`)
      }
      const running = status.downloads.filter((download) => download.state === 'running')
      if (running.length > 0 && now() - lastProgressAt >= 5_000) {
        lastProgressAt = now()
        for (const download of running) write(downloadLine(download))
      }
      const engine = status.engines.find((candidate) => candidate.kind === status.active)
      const line = engine && status.defaultModel ? `  Engine  ${engine.label}\n  Model   ${status.defaultModel}` : ''
      if (line && line !== answering) write(status.defaultModelNote ? `${line}\n  ${status.defaultModelNote}` : line)
      if (!line && answering) write('  No engine answers now. Start Ollama, or choose a model on the first screen.')
      answering = line
    },
  }
}
