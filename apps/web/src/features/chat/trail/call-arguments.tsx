import { plainText } from '../../../lib/plain-text.ts'
import { FoldedLines } from './folded-lines.tsx'

const MOST = 20
const SHORT = 80

/** What a tool was called with: names and values, plain. */
export function CallArguments({ values }: { values: Record<string, unknown> }) {
  const entries = Object.entries(values).slice(0, MOST)
  if (entries.length === 0) return null
  return (
    <dl className="grid grid-cols-1 gap-1.5 text-xs">
      {entries.map(([name, value]) => {
        const words = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
        const isShort = words.length <= SHORT && !words.includes('\n')
        return (
          <div key={name} className={isShort ? 'flex min-w-0 items-baseline gap-2' : 'grid gap-1'}>
            <dt className="flex-none text-ink-3">{plainText(name).slice(0, SHORT)}</dt>
            <dd className="min-w-0">
              {isShort ? (
                <code className="font-mono [overflow-wrap:anywhere] text-ink-2">{plainText(words)}</code>
              ) : (
                <FoldedLines
                  source={words}
                  label={plainText(name).slice(0, SHORT)}
                  className="overflow-hidden rounded-card"
                />
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
