import { accountRouter } from './routers/account.ts'
import { adminRouter } from './routers/admin.ts'
import { assistantRouter } from './routers/assistant.ts'
import { chatRouter } from './routers/chat.ts'
import { router } from './trpc.ts'

/** Every typed call there is. */
export const appRouter = router({
  chat: chatRouter,
  assistant: assistantRouter,
  admin: adminRouter,
  account: accountRouter,
})
export type AppRouter = typeof appRouter
