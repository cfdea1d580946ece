const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 })
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** A value beside a chart: 12.6, 1,482, 2.4M. */
export function formatValue(value: number): string {
  const size = Math.abs(value)
  const words = size >= 1e6 ? short.format(value) : size >= 1_000 ? whole.format(value) : plain.format(value)
  return words.replace('-', '−')
}

/** With its unit: 12.6%, €12.6, 12.6 kg. */
export function withUnit(words: string, unit: string | undefined): string {
  if (unit === undefined || unit === '') return words
  if (/^[€$£¥]$/.test(unit)) return `${unit}${words}`
  return /^[%°]/.test(unit) ? `${words}${unit}` : `${words} ${unit}`
}
