/** 0:17, 1:48, 1:02:09. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const part = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${part(minutes)}:${part(seconds % 60)}` : `${minutes}:${part(seconds % 60)}`
}

/** 4 ms, 0.42 s, 6.3 s, 14 s, 2 min 5 s: with the digits that a middle of many deserves. */
export function splitSeconds(ms: number): { value: string; unit: string } {
  const seconds = ms / 1000
  if (ms < 100) return { value: String(Math.round(ms)), unit: 'ms' }
  if (seconds < 1) return { value: seconds.toFixed(2), unit: 's' }
  if (seconds < 10) return { value: seconds.toFixed(1), unit: 's' }
  if (seconds < 100) return { value: seconds.toFixed(0), unit: 's' }
  return { value: (seconds / 60).toFixed(1), unit: 'min' }
}

export const formatSeconds = (ms: number) => {
  const { value, unit } = splitSeconds(ms)
  return `${value} ${unit}`
}

/** 186, 8.5: whole above ten. */
export const formatRate = (value: number) =>
  value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value))

/** MK for Mara Keller, OW for Owner. */
export function initialsOf(name: string): string {
  const [first = '', ...rest] = name.trim().split(/\s+/)
  const last = rest.at(-1)
  return (last === undefined ? first.slice(0, 2) : first.slice(0, 1) + last.slice(0, 1)).toUpperCase()
}
