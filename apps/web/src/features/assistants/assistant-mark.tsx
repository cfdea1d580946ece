import { Box } from 'lucide-react'
import { FoxMark } from '../../components/fox-mark.tsx'
import { WolfMark } from '../../components/wolf-mark.tsx'

type AssistantMarkProps = { id: string; letter: string; picture?: string | null; size: number }

/** The fox, the wolf, the picture or letter of an assistant that somebody made; without an id and a letter a bare model. Decorative: its name stands beside it. */
export function AssistantMark({ id, letter, picture = null, size }: AssistantMarkProps) {
  if (id === 'reynard') return <FoxMark size={size} />
  if (id === 'codewolf') return <WolfMark size={size} />
  if (id === '' && letter === '')
    return <Box size={Math.round(size * 0.8)} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
  if (picture !== null)
    return (
      // biome-ignore lint/performance/noImgElement: a few kB that came with the list
      <img
        src={picture}
        alt=""
        width={size}
        height={size}
        className="flex-none rounded-round object-cover"
        decoding="async"
      />
    )
  return (
    <span
      aria-hidden
      data-edge=""
      className="grid flex-none place-items-center overflow-hidden rounded-round bg-selected font-strong text-ink-2"
      style={{ width: size, height: size, fontSize: Math.max(9, Math.round(size * 0.52)), lineHeight: 1 }}
    >
      {letter}
    </span>
  )
}
