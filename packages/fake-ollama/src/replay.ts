import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readRecording, recordedBytes } from './recording.ts'
import type { RecordedRequest } from './request-log.ts'

/**
 * Plays a recording on the bare socket: the same head, the same chunk framing. `cuts` are lengths of packets, repeated, and may fall
 * anywhere, in the head, in a chunk's length or within a character; without them each recorded chunk is a packet.
 */
export async function replay(
  res: ServerResponse,
  request: RecordedRequest,
  order: { name: string; cuts?: number[] },
): Promise<void> {
  const recording = readRecording(order.name)
  const socket = res.socket
  if (socket === null) return
  for (const packet of cut(recordedBytes(recording), order.cuts)) {
    if (socket.destroyed) return
    socket.write(packet)
    await nextTurn()
  }
  if (recording.end === 'complete') {
    // The response was written behind the back of `res`: this tells the server that the connection is free for the next request.
    res.emit('finish')
    if (request.headers.connection === 'close') socket.end()
    return
  }
  request.cutting = true
  socket.end()
}

function* cut(packets: Buffer[], lengths: number[] | undefined): Generator<Buffer> {
  if (lengths === undefined || lengths.length === 0) {
    yield* packets
    return
  }
  const bytes = Buffer.concat(packets)
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = Math.max(1, lengths[turn % lengths.length] ?? 1)
    yield bytes.subarray(at, at + length)
    at += length
  }
}
