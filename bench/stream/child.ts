import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** One request and one answer over IPC, so that load, fake and server each have a process of their own. */
export type Child = {
  ask<Answer>(message: { type: string; [key: string]: unknown }): Promise<Answer>
  stop(): Promise<void>
  process: ChildProcess
}

/** Starts `file` and waits for its first message, which is passed to the caller as `hello`. */
export async function startChild<Hello>(
  file: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Child & { hello: Hello }> {
  const child = fork(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const hello = await Promise.race([
    once(child, 'message').then(([message]) => message as Hello),
    exited.then(([code]): never => {
      throw new Error(`${file} ended with code ${code} before it was ready`)
    }),
  ])
  let next = 0
  return {
    hello,
    process: child,
    async ask<Answer>(message: { type: string; [key: string]: unknown }) {
      const id = ++next
      const answer = new Promise<Answer>((resolve, reject) => {
        const ended = () => reject(new Error(`${file} ended`))
        const listen = (reply: { id: number; error?: string; answer: Answer }) => {
          if (reply.id !== id) return
          child.off('message', listen).off('exit', ended)
          if (reply.error) reject(new Error(reply.error))
          else resolve(reply.answer)
        }
        child.on('message', listen)
        child.once('exit', ended)
      })
      child.send({ id, ...message })
      return answer
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await exited
    },
  }
}

type Request = { id: number; type: string; [key: string]: unknown }

/** The child's side: answers each message by the handler of its type. */
export function answerParent(handlers: Record<string, (message: Request) => unknown>): void {
  process.on('message', async (message: Request) => {
    try {
      const answer = await handlers[message.type]?.(message)
      process.send?.({ id: message.id, answer })
    } catch (error) {
      process.send?.({ id: message.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.on('disconnect', () => process.exit(0))
}
