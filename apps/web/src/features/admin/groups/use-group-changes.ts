'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../../lib/client.tsx'
import { showToast } from '../../../lib/toast.ts'

/** What can be done to groups. What was refused is said, and then all is read again. */
export function useGroupChanges() {
  const { groups } = useTRPC().admin
  const queryClient = useQueryClient()
  const options = {
    onError: (error: { message: string }) => showToast(error.message),
    onSettled: () => queryClient.invalidateQueries({ queryKey: groups.pathKey() }),
  }
  return {
    setMember: useMutation(groups.setMember.mutationOptions(options)),
    setApproval: useMutation(groups.setApproval.mutationOptions(options)),
    setAccess: useMutation(groups.setAccess.mutationOptions(options)),
    remove: useMutation(groups.remove.mutationOptions(options)),
  }
}
