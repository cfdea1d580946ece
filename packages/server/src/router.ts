import { adminRouter } from './routers/admin.ts'
import { chatRouter } from './routers/chat.ts'
import { router } from './trpc.ts'

/** Every typed call there is. */
export const appRouter = router({ chat: chatRouter, admin: adminRouter })
export type AppRouter = typeof appRouter
