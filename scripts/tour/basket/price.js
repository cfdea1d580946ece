const DISCOUNT_FROM = 10
const DISCOUNT = 0.1

/** What a line of the basket costs, in cents. Ten pieces and more are a tenth cheaper. */
export function linePrice({ unitCents, pieces }) {
  const full = unitCents * pieces
  return pieces > DISCOUNT_FROM ? Math.round(full * (1 - DISCOUNT)) : full
}

/** What the whole basket costs, in cents. */
export function total(lines) {
  return lines.reduce((sum, line) => sum + linePrice(line), 0)
}
