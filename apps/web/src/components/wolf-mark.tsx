/** CodeWolf's mark, on the same grid as the fox. Decorative: its name stands beside it. */
export function WolfMark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" className="block flex-none" aria-hidden>
      <path
        d="M7.2 1.4 12.6 8h6.8l5.4-6.6L26.4 11l4.6 5.4-3.7 1.7 1.2 4.3-4.6.6L16 31l-7.9-8-4.6-.6 1.2-4.3L1 16.4 5.6 11Z"
        fill="var(--wolf)"
      />
      <path d="m8.8 5.8 2.8 3.4-3.4 2.5Zm14.4 0-2.8 3.4 3.4 2.5Z" fill="var(--nose)" opacity=".22" />
      <path d="m7.4 16.2 5.7.7 1.5 5.3h2.8l1.5-5.3 5.7-.7-3 6.8L16 31l-5.6-8Z" fill="var(--cheek)" />
      <path d="M12.9 26.5h6.2L16 31Z" fill="var(--nose)" />
    </svg>
  )
}
