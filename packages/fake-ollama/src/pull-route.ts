import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { playEarlyFault } from './early-fault.ts'
import { type FakeState, takeFault } from './fake-state.ts'
import { digestOf, fullName } from './model-store.ts'
import type { RecordedRequest } from './request-log.ts'
import { field, goJson, sendError, sendJson, textField } from './respond.ts'

const tickMs = 60

/**
 * `POST /api/pull`: a big layer and a small one, a line every 60 ms whether or not bytes came. A client that leaves stops it; the
 * next pull of that model goes on from there. Names with `nope` are not in the registry. Of the faults, `silence-mid-stream`
 * repeats equal lines for ever (a registry that died), and `error-line`, `eof` and `reset` come in the middle of the big layer.
 */
export async function handlePull(state: FakeState, request: RecordedRequest, res: ServerResponse): Promise<void> {
  const name = textField(request.body, 'model') || textField(request.body, 'name')
  if (name === '') return sendError(res, 400, 'invalid model name')
  const fault = takeFault(state, request, name)
  if (playEarlyFault(state, fault, request, res)) return
  const stream = field(request.body, 'stream') !== false
  const line = (value: unknown) => {
    if (stream) res.write(`${goJson(value)}\n`)
  }
  if (stream) res.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
  line({ status: 'pulling manifest' })
  if (name.includes('nope')) {
    const error = { error: 'pull model manifest: file does not exist' }
    if (stream) res.end(`${goJson(error)}\n`)
    else sendJson(res, 500, error)
    return
  }

  const digest = digestOf(name)
  const total = state.settings.pullBytes
  const layer = { status: `pulling ${digest.slice(0, 12)}`, digest: `sha256:${digest}`, total }
  const there = state.models.find(name) !== undefined
  let completed = there ? total : (state.partialPulls.get(fullName(name)) ?? 0)
  line(completed > 0 ? { ...layer, completed } : layer)
  while (completed < total) {
    await delay(Number.isFinite(state.settings.pullBytesPerSecond) ? tickMs : 1)
    if (res.destroyed) return
    const stalls = fault?.kind === 'silence-mid-stream' && completed >= total / 2
    if (!stalls)
      completed = Math.min(
        total,
        completed + Math.ceil(Math.min(state.settings.pullBytesPerSecond * (tickMs / 1000), total / 8)),
      )
    state.partialPulls.set(fullName(name), completed)
    line({ ...layer, completed })
    if (completed < total / 2) continue
    if (fault?.kind === 'error-line') {
      res.end(`${goJson({ error: fault.message ?? 'max retries exceeded: unexpected EOF' })}\n`)
      return
    }
    if (fault?.kind === 'reset' || fault?.kind === 'eof') {
      request.cutting = true
      res.socket?.destroy()
      return
    }
    if (fault?.kind === 'end-without-done') {
      res.end()
      return
    }
  }
  const small = digestOf(`${name} parameters`)
  line({ status: `pulling ${small.slice(0, 12)}`, digest: `sha256:${small}`, total: 414, completed: 414 })
  line({ status: 'verifying sha256 digest' })
  line({ status: 'writing manifest' })
  state.partialPulls.delete(fullName(name))
  if (!there) state.models.add({ name, sizeBytes: total + 414, modifiedAt: new Date().toISOString() })
  if (stream) res.end(`${goJson({ status: 'success' })}\n`)
  else sendJson(res, 200, { status: 'success' })
}
