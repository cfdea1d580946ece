type Watcher = {
  onOpen(): void
  /** Once for each source: it broke, or its owner closed it. */
  onEnd(how: 'cut' | 'closed', wasOpen: boolean): void
}
type Listener = (event: Event) => void

/**
 * EventSource over `fetch`: the browser's own one gives up for good on a 502 and waits three seconds after each cut. This one reports every
 * end as an error and leaves it to its owner when to come back. `connectMs` bounds the wait for the response's headers.
 */
export function fetchEventSource(fetchImpl: typeof fetch, connectMs: number, watcher: Watcher) {
  return class FetchEventSource extends EventTarget {
    readonly CONNECTING = 0
    readonly OPEN = 1
    readonly CLOSED = 2
    readyState = 0
    readonly #abort = new AbortController()

    constructor(url: string, _init?: { withCredentials?: boolean }) {
      super()
      void this.#run(url)
    }

    // Restated because trpc asks for listeners that take a plain event.
    override addEventListener(type: string, listener: Listener): void {
      super.addEventListener(type, listener)
    }

    override removeEventListener(type: string, listener: Listener): void {
      super.removeEventListener(type, listener)
    }

    close(): void {
      if (this.readyState === this.CLOSED) return
      const wasOpen = this.readyState === this.OPEN
      this.readyState = this.CLOSED
      watcher.onEnd('closed', wasOpen)
      this.#abort.abort()
    }

    async #run(url: string): Promise<void> {
      const deadline = setTimeout(() => this.#abort.abort(), connectMs)
      let problem: unknown
      try {
        const response = await fetchImpl(url, {
          headers: { accept: 'text/event-stream' },
          cache: 'no-store',
          signal: this.#abort.signal,
        })
        clearTimeout(deadline)
        if (!response.ok || response.body === null) throw new Error(`The server answered ${response.status}.`)
        this.readyState = this.OPEN
        watcher.onOpen()
        await readEvents(response.body, (event) => this.dispatchEvent(event))
      } catch (error) {
        problem = error
      }
      clearTimeout(deadline)
      if (this.#isClosed()) return
      const wasOpen = this.readyState === this.OPEN
      this.readyState = this.CLOSED
      watcher.onEnd('cut', wasOpen)
      this.dispatchEvent(new ErrorLikeEvent(problem instanceof Error ? problem.message : 'The connection was cut.'))
    }

    /** `close()` may have been called while something was awaited. */
    #isClosed(): boolean {
      return this.readyState === this.CLOSED
    }
  }
}

/** An `error` event that says why. (`ErrorEvent` is not everywhere.) */
class ErrorLikeEvent extends Event {
  readonly message: string
  constructor(message: string) {
    super('error')
    this.message = message
  }
}

/** Reads `text/event-stream` to its end. Fields as the standard has them: `event`, `data` (joined by line feeds), `id`; others are ignored. */
async function readEvents(body: ReadableStream<Uint8Array>, dispatch: (event: MessageEvent) => void): Promise<void> {
  let type = 'message'
  let data: string[] = []
  let lastEventId = ''
  let rest = ''
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) dispatch(new MessageEvent(type, { data: data.join('\n'), lastEventId }))
        type = 'message'
        data = []
        continue
      }
      const colon = line.indexOf(':')
      const field = colon < 0 ? line : line.slice(0, colon)
      const content = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
      if (field === 'event') type = content
      else if (field === 'data') data.push(content)
      else if (field === 'id') lastEventId = content
    }
  }
}
