/** What the tools of one run may reach: made by the server for its conversation, and nothing of the host beyond it. */
export interface ToolSession {
  readonly ownerId: string
  readonly conversationId: string
}
