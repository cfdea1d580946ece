type Watcher = {
  onOpen(): void
  /** Exactly once for each socket, however it ended. */
  onEnd(): void
}

/**
 * A WebSocket that never keeps anybody waiting: connecting has a deadline, and `close()` ends it at once for its listeners, even where the
 * other side has fallen silent and will never answer the closing handshake. After that nothing comes out of it any more.
 */
export function boundedWebSocket(Base: typeof WebSocket, connectMs: number, watcher: Watcher): typeof WebSocket {
  return class BoundedWebSocket extends Base {
    #ended = false
    #ending: Event | null = null
    readonly #deadline: ReturnType<typeof setTimeout>

    constructor(...[url, protocols]: ConstructorParameters<typeof WebSocket>) {
      super(url, protocols)
      this.#deadline = setTimeout(() => this.close(), connectMs)
      // Registered before anybody else's, so that they can hold back what comes after the end.
      this.addEventListener('open', (event) => {
        clearTimeout(this.#deadline)
        if (this.#ended) event.stopImmediatePropagation()
        else watcher.onOpen()
      })
      for (const type of ['message', 'error'] as const) {
        this.addEventListener(type, (event) => {
          if (this.#ended && event !== this.#ending) event.stopImmediatePropagation()
        })
      }
      this.addEventListener('close', (event) => {
        if (event === this.#ending) return
        if (this.#ended) event.stopImmediatePropagation()
        else this.#end()
      })
    }

    override close(code?: number, reason?: string): void {
      const wasConnecting = this.readyState === 0
      super.close(code, reason)
      if (this.#ended) return
      this.#end()
      // Who waits for the connection hears of an error, as with any that fails.
      if (wasConnecting) this.#tell(new Event('error'))
      this.#tell(new CloseEvent('close', { code: 1006, wasClean: false }))
    }

    #end(): void {
      this.#ended = true
      clearTimeout(this.#deadline)
      watcher.onEnd()
    }

    #tell(event: Event): void {
      this.#ending = event
      this.dispatchEvent(event)
    }
  }
}
