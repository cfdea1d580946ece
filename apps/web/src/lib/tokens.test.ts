import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('../app/tokens.css', import.meta.url), 'utf8')

type Rgb = [number, number, number]

/** Declarations of one rule, `--name` to value. */
function block(selector: string): Map<string, string> {
  const start = css.indexOf(selector)
  expect(start, selector).toBeGreaterThanOrEqual(0)
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start))
  return new Map([...body.matchAll(/--([\w-]+):([^;]+);/g)].map((match) => [match[1]!, match[2]!.trim()]))
}

/** OKLCH to linear sRGB, clipped to the gamut as a screen does. Matrices: Björn Ottosson, "A perceptual color space for image processing". */
function linearRgb(value: string): Rgb {
  const [l, c, h] = value
    .match(/oklch\(([^)/]+)/)![1]!
    .trim()
    .split(/\s+/)
    .map(Number) as Rgb
  const a = c * Math.cos((h * Math.PI) / 180)
  const b = c * Math.sin((h * Math.PI) / 180)
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clip = (channel: number) => Math.min(1, Math.max(0, channel))
  return [
    clip(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z),
    clip(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z),
    clip(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z),
  ]
}

const encode = (channel: number) => (channel <= 0.0031308 ? 12.92 * channel : 1.055 * channel ** (1 / 2.4) - 0.055)
const decode = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b

/** A veil over a ground, mixed as browsers do: in encoded sRGB. */
function over(veil: string, ground: Rgb): Rgb {
  const alpha = Number(veil.match(/\/\s*([\d.]+)\)/)![1])
  const top = linearRgb(veil)
  return ground.map((channel, i) => decode(encode(top[i]!) * alpha + encode(channel) * (1 - alpha))) as Rgb
}

function ratio(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const GROUNDS = ['canvas', 'panel', 'well', 'raised']
/** Where rows and russet stand; code and terminals have neither. */
const ROW_GROUNDS = ['canvas', 'panel', 'raised']
/** Token, the grounds it may stand on, the smallest ratio: text 4.5, edges and graphics 3. */
const PAIRS: [token: string, grounds: string[], least: number][] = [
  ['ink', [...GROUNDS, 'bubble'], 12],
  ['ink-2', GROUNDS, 6.9],
  ['ink-3', GROUNDS, 5.1],
  ['on-ink', ['ink'], 14],
  ['line-control', GROUNDS, 3],
  ['accent', ROW_GROUNDS, 4.5],
  ['on-accent', ['accent', 'accent-hover'], 4.5],
  ['accent-ink', [...GROUNDS, 'accent-soft'], 4.5],
  ['wolf', GROUNDS, 4.5],
  ['success', [...GROUNDS, 'success-soft'], 4.5],
  ['warning', [...GROUNDS, 'warning-soft'], 4.5],
  ['danger', [...GROUNDS, 'danger-soft'], 4.5],
  ['info', [...GROUNDS, 'info-soft'], 4.5],
  ['focus', GROUNDS, 3],
  ['code', ['well'], 11.8],
  ['syn-key', ['well'], 4.5],
  ['syn-str', ['well'], 4.5],
  ['syn-num', ['well'], 4.5],
  ['syn-fn', ['well'], 4.5],
  ['syn-com', ['well'], 4.5],
  ['diff-add-ink', ['diff-add'], 4.5],
  ['diff-del-ink', ['diff-del'], 4.5],
  ...['s1', 's2', 's3', 's4', 's5', 's6'].map((series): [string, string[], number] => [
    series,
    ['canvas', 'raised'],
    3,
  ]),
]

describe.each([
  ['light', block(':root,[data-theme="light"]')],
  ['dark', block('[data-theme="dark"]{')],
] as const)('%s theme', (_name, tokens) => {
  const colour = (token: string) => linearRgb(tokens.get(token)!)

  test.each(PAIRS)('%s on %j reaches %d', (token, grounds, least) => {
    for (const ground of grounds) expect(ratio(colour(token), colour(ground)), ground).toBeGreaterThanOrEqual(least)
  })

  test('faint text stays readable on a selected or hovered row of every ground', () => {
    for (const veil of ['hover', 'selected']) {
      for (const ground of ROW_GROUNDS) {
        const row = over(tokens.get(veil)!, colour(ground))
        expect(ratio(colour('ink-3'), row), `${veil} on ${ground}`).toBeGreaterThanOrEqual(4.5)
      }
    }
  })
})
