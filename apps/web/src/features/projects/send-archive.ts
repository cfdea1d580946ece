import { projectMessages } from '../../lib/messages-projects.ts'

/** Sends an archive to wait for its chat; resolves with its id. `onProgress` from 0 to 1. Rejects with words for the person. */
export function sendArchive(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    signal.addEventListener('abort', () => request.abort())
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total)
    request.onerror = () => reject(new Error(projectMessages.broken))
    request.onabort = () => reject(new Error(projectMessages.broken))
    request.onload = () => {
      const answer = readJson(request.responseText)
      const id = answer instanceof Object && 'id' in answer ? answer.id : null
      if (request.status === 201 && typeof id === 'string') return resolve(id)
      const detail = answer instanceof Object && 'detail' in answer ? answer.detail : null
      reject(new Error(typeof detail === 'string' ? detail : projectMessages.broken))
    }
    request.open('POST', `/api/uploads?name=${encodeURIComponent(file.name || 'project.zip')}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(file)
  })
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
