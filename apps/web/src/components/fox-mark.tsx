/** Reynard's mark: straight lines on a 32 grid, holds at 16 px. Named only where no text beside it says the name. */
export function FoxMark({ size = 22, title }: { size?: number; title?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      className="block flex-none"
      role={title ? 'img' : undefined}
      aria-label={title}
      aria-hidden={title ? undefined : true}
    >
      <path d="M4.2 1.8 12.2 9.4h7.6l8-7.6.9 12.4L31 18.6 16 30.6 1 18.6l2.3-4.4Z" fill="var(--accent)" />
      <path d="m6.5 6.9 3.9 3.7-4.4 2.6Zm19 0-3.9 3.7 4.4 2.6Z" fill="var(--nose)" opacity=".22" />
      <path d="m1 18.6 10.6-.8L16 25.4l4.4-7.6 10.6.8-15 12Z" fill="var(--cheek)" />
      <path d="m13 28.2 3 2.4 3-2.4-3-1.9Z" fill="var(--nose)" />
    </svg>
  )
}

/** Fox and name; the gap and the tracking are fixed by the identity. */
export function Wordmark({ size = 22, className = '' }: { size?: number; className?: string }) {
  return (
    <span className={`flex items-center font-strong tracking-h1 ${className}`} style={{ gap: size * 0.41 }}>
      <FoxMark size={size} />
      <span>Reynard</span>
    </span>
  )
}
