'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'

/** Who works on code, where nobody was chosen. */
export const CODER = 'codewolf'

/** Folders that are registered; read again when the page is looked at anew, since each is judged at that moment. */
export function useFolders() {
  const trpc = useTRPC()
  return useQuery(trpc.assistant.project.folders.queryOptions())
}

/** What a person does with projects. Lists and the chat are read again after each. */
export function useProjectActions() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const onSettled = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: trpc.assistant.project.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.assistant.workspace.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.chat.byId.pathKey() }),
    ])
  const { project } = trpc.assistant
  const bring = useMutation(project.bring.mutationOptions({ onSettled }))
  const cancel = useMutation(project.cancel.mutationOptions({ onSettled }))
  const register = useMutation(project.registerFolder.mutationOptions({ onSettled }))
  const remove = useMutation(project.removeFolder.mutationOptions({ onSettled }))
  const setAuthor = useMutation(project.setAuthor.mutationOptions({ onSettled }))
  return { bring, cancel, register, remove, setAuthor }
}
