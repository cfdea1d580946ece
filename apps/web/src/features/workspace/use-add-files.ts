import { errorInfoOf } from '@reynard/client'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'

const text = workspaceMessages

/** Adds files of the person's machine to the workspace, one after the other. `count`: those on their way. */
export function useAddFiles(conversationId: string): { count: number; add(files: readonly File[]): void } {
  const trpc = useTRPC()
  const [count, setCount] = useState(0)
  const take = useMutation(trpc.assistant.workspace.take.mutationOptions())

  async function addAll(files: readonly File[]) {
    const added: string[] = []
    for (const file of files) {
      try {
        const uploadId = await upload(file)
        added.push(plainText((await take.mutateAsync({ conversationId, uploadId })).path))
      } catch (error) {
        showToast(text.uploadFailed(plainText(file.name), whyOf(error)))
      } finally {
        setCount((before) => before - 1)
      }
    }
    if (added.length > 0 && added.length === files.length) showToast(text.added(added))
  }

  return {
    count,
    add(files) {
      setCount((before) => before + files.length)
      void addAll(files)
    },
  }
}

/** Its message is for the person. */
class UploadRefused extends Error {}
const whyOf = (error: unknown) =>
  error instanceof UploadRefused ? error.message : (errorInfoOf(error)?.message ?? messages.common.failed)

async function upload(file: File): Promise<string> {
  const answer = await fetch(`/api/uploads?name=${encodeURIComponent(file.name || 'file')}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  }).catch(() => null)
  if (answer === null) throw new UploadRefused(text.notReached)
  const body: unknown = await answer.json().catch(() => null)
  const id = body instanceof Object && 'id' in body ? body.id : null
  if (answer.status === 201 && typeof id === 'string') return id
  const detail = body instanceof Object && 'detail' in body && typeof body.detail === 'string' ? body.detail : null
  throw new UploadRefused(detail ?? messages.common.failed)
}
