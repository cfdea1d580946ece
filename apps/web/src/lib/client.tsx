'use client'
import { type AppRouter, type ConnectionState, createReynardClient, type ReynardClient } from '@reynard/client'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { createContext, type ReactNode, use, useState, useSyncExternalStore } from 'react'
import { signInAgain } from './sign-in-again.ts'

const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

/** `useTRPC()` makes query, mutation and subscription options for TanStack Query; `useTRPCClient()` calls at once. */
export { useTRPC, useTRPCClient }

const ReynardContext = createContext<ReynardClient | null>(null)

function createQueryClient() {
  return new QueryClient({
    queryCache: new QueryCache({ onError: signInAgain }),
    mutationCache: new MutationCache({ onError: signInAgain }),
    defaultOptions: {
      // `chat.changes` says what is stale, so nothing is asked again on a mere focus.
      queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: 1 },
    },
  })
}

/** One connection and one cache per page. Nothing is asked while the server renders. */
export function ClientProvider({ children }: { children: ReactNode }) {
  const [client] = useState(() =>
    createReynardClient({ baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin }),
  )
  const [queryClient] = useState(createQueryClient)
  return (
    <ReynardContext value={client}>
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={client.trpc} queryClient={queryClient}>
          {children}
        </TRPCProvider>
      </QueryClientProvider>
    </ReynardContext>
  )
}

/** The page's Reynard client: typed calls, `followRun`, the state of its connection. */
export function useReynard(): ReynardClient {
  const client = use(ReynardContext)
  if (!client) throw new Error('useReynard stands outside of ClientProvider')
  return client
}

/** Whether the server is reached just now, and when the next try is. */
export function useConnection(): ConnectionState {
  const { connection } = useReynard()
  return useSyncExternalStore(connection.subscribe, connection.get, connection.get)
}
