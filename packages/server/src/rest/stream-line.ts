/** One line of a streamed answer. `data` is a text in every type. */
export type StreamLine = {
  type: 'token' | 'tool_call' | 'complete' | 'error'
  data: string
  /** UTC milliseconds; written as Unix seconds. */
  at: number
  metadata: Record<string, unknown>
}

/** The same objects in both forms: a line of JSON, or the data of a Server-Sent Event. */
export function formatLine({ type, data, at, metadata }: StreamLine, asEvents: boolean): string {
  // Seconds with their fraction even where that is zero: typed readers expect a float.
  const seconds = (at / 1000).toFixed(3)
  const json = `{"type":"${type}","data":${JSON.stringify(data)},"timestamp":${seconds},"metadata":${JSON.stringify(metadata)}}`
  return asEvents ? `data: ${json}\n\n` : `${json}\n`
}
