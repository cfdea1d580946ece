import type { Page, WebSocketRoute } from '@playwright/test'

/** From the next load on, the page's connection to the server can be cut: what is open breaks, and nothing new comes through. */
export async function cutConnection(page: Page): Promise<{ cut: () => Promise<void> }> {
  const sockets = new Set<WebSocketRoute>()
  let isCut = false
  await page.routeWebSocket(/\/api\/trpc/, async (socket) => {
    if (isCut) return socket.close()
    sockets.add(socket)
    socket.connectToServer()
  })
  return {
    async cut() {
      isCut = true
      await page.route('**/api/**', (route) => route.abort())
      for (const socket of sockets) await socket.close({ code: 1012 })
    },
  }
}
