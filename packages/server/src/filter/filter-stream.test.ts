import type { FilterRule } from '@reynard/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CheckedRule, type CompiledPlace, compilePlace, readRules } from './compile-rules.ts'
import { FilterStream, filterText } from './filter-stream.ts'
import { SHIPPED_RULES } from './shipped-rules.ts'

let made = 0
function rule(pattern: string, changes: Partial<FilterRule> = {}): FilterRule {
  made += 1
  return {
    id: `r${made}`,
    name: 'Rule',
    match: { kind: 'pattern', pattern },
    ignoreCase: false,
    window: 256,
    places: ['output'],
    action: 'redact',
    enabled: true,
    ...changes,
  }
}

function compiled(...rules: CheckedRule[]): CompiledPlace {
  const { read, problems } = readRules(rules)
  expect(problems).toEqual([])
  return compilePlace(read, 'output')!
}

function inPieces(place: CompiledPlace, text: string, cuts: readonly number[]) {
  const stream = new FilterStream(place)
  let given = ''
  let most = 0
  let from = 0
  for (const to of [...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]) {
    given += stream.push(text.slice(from, to))
    most = Math.max(most, stream.held)
    from = to
  }
  given += stream.end()
  return {
    given,
    most,
    blocked: stream.blocked?.rule?.id ?? null,
    hits: [...stream.hits].map(([r, n]) => `${r.id} ${n}`).sort(),
  }
}

/** What JavaScript's own engine says: all that is part of a match of at most `window` characters, from any place to any place. */
function reference(pattern: string, text: string, window: number): boolean[] {
  const taken = Array.from({ length: text.length }, () => false)
  for (let start = 0; start < text.length; start += 1) {
    for (let end = start + 1; end <= Math.min(text.length, start + window); end += 1) {
      const exact = new RegExp(`(?:${pattern})(?=[^]{${text.length - end}}(?![^]))`, 'my')
      exact.lastIndex = start
      if (exact.test(text)) taken.fill(true, start, end)
    }
  }
  return taken
}

const atom = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    '1',
    ' ',
    '-',
    '.',
    '[ab]',
    '[^a]',
    '[a-c1]',
    '\\d',
    '\\w',
    '\\s',
    '\\W',
    '[\\d-]',
    '[^\\w]',
  ),
  fc.constantFrom('a', 'b', '\\b', '\\B', '^', '$'),
)
const { pattern: anyPattern } = fc.letrec<{ pattern: string; sequence: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { weight: 4, arbitrary: atom },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.oneof(
            fc.constantFrom('a', 'b', '.', '\\w', '[ab]'),
            tie('pattern').map((p) => `(?:${p})`),
          ),
          fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'),
        )
        .map(([inner, times]) => inner + times),
    },
    { weight: 1, arbitrary: tie('pattern').map((p) => `(${p})`) },
  ),
  sequence: fc.array(tie('piece'), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')),
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((ways) => ways.join('|')),
}))
const anyText = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '-', '\n'), maxLength: 14 })

describe('against what JavaScript’s own engine finds', () => {
  it('takes out exactly what is part of a match within the window, however the text is cut', () => {
    const property = fc.property(
      anyPattern,
      anyText,
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.nat({ max: 20 }), { maxLength: 5 }),
      (pattern, text, window, cuts) => {
        const { read, problems } = readRules([rule(pattern, { window })])
        fc.pre(problems.length === 0)
        const { given, most } = inPieces(compilePlace(read, 'output')!, text, cuts)
        const taken = reference(pattern, text, window)
        const kept = given.replaceAll('[redacted: Rule]', '')
        expect(kept).toBe([...text].filter((_, i) => !taken[i]).join(''))
        expect(most).toBeLessThanOrEqual(window)
      },
    )
    fc.assert(property, { numRuns: 3_000 })
  })
})

it('gives the same text, blocks and counts however the text is cut', () => {
  const place = compiled(
    rule('[ab]{2,5}c'),
    rule('\\bb+1', { action: 'flag' }),
    rule('a-+1', { window: 6 }),
    rule('cc1', { action: 'block' }),
    rule('😀+', { window: 5 }),
  )
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '-', ' ', '😀', 'é'), maxLength: 60 })
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 80 }), { maxLength: 40 }), (whole, cuts) => {
      const { most: _all, ...expected } = inPieces(place, whole, [])
      const { most, ...pieces } = inPieces(place, whole, cuts)
      expect(pieces).toEqual(expected)
      expect(most).toBeLessThanOrEqual(257)
    }),
    { numRuns: 1_000 },
  )
})

it('holds nothing back where nothing can become a match', () => {
  const stream = new FilterStream(compiled(...SHIPPED_RULES.map((each) => ({ ...each, places: ['output' as const] }))))
  expect(stream.push('The quick brown fox said')).toBe('The quick brown fox said')
  expect(stream.push(' that the key is AKIAAAAA')).toBe(' that the key is ')
  expect(stream.push('BBBBCCCCDDDD')).toBe('')
  expect(stream.push(', and no')).toBe('[redacted: AWS key], and no')
  expect(stream.end()).toBe('')
})

it('ends at a block, with nothing of what it found', () => {
  const stream = new FilterStream(compiled(rule('secret', { action: 'block', name: 'No secrets' })))
  expect(stream.push('well, the sec')).toBe('well, the ')
  expect(stream.push('ret is out')).toBe('')
  expect(stream.blocked?.rule?.name).toBe('No secrets')
  expect([stream.push('more'), stream.end()]).toEqual(['', ''])
})

it('only counts what it flags', () => {
  const { text, hits, blocked } = filterText(compiled(rule('fox', { action: 'flag' })), 'a fox and a foxfox')
  expect([text, [...hits.values()], blocked]).toEqual(['a fox and a foxfox', [3], null])
})

it('finds in a continuation what began before it', () => {
  const stream = FilterStream.behind(compiled(rule('secret-\\d+')), 'the word is secr')
  expect(stream.push('et-42 and secret-7') + stream.end()).toBe('[redacted: Rule] and [redacted: Rule]')
  expect([...stream.hits.values()]).toEqual([2])
})

it.each([
  [
    'words in either case, and no parts of longer ones',
    'An Apple, a pineapple and ÄPFEL.',
    'An [redacted: Rule], a pineapple and [redacted: Rule].',
  ],
  ['words with signs at their edges', 'C++ is not C+ or C.', '[redacted: Rule] is not C+ or C.'],
])('knows %s', (_, text, expected) => {
  const words = rule('', { match: { kind: 'words', words: ['apple', 'äpfel', 'c++'] }, ignoreCase: true })
  expect(filterText(compiled(words), text).text).toBe(expected)
})

describe('patterns that make other engines hang', () => {
  it.each([
    '(a+)+$',
    '(a|a)*b',
    '(a|aa)+$',
    '(.*.*)*x',
    '(\\w+\\s?)*!',
    '((a{0,16}){0,16}b)',
    '(?:a|b)*a(?:a|b){200}c',
  ])('reads each character of a long text once: %s', (pattern) => {
    const { read, problems } = readRules([rule(pattern)])
    if (problems.length > 0) return expect(problems[0]?.message).toMatch(/empty text/)
    const place = compilePlace(read, 'output')!
    const work = (length: number) => {
      const before = place.acting!.automaton.work
      filterText(place, `${'a'.repeat(length)}!`)
      return place.acting!.automaton.work - before
    }
    work(4_000)
    // Once its states are known, twice the text makes no new ones; where they can't all be known, the work is bounded by its length.
    expect(work(8_000)).toBeLessThanOrEqual(3_000_000 + 300 * 8_000)
  })

  it('stops where rules would cost too much, and lets nothing more through', () => {
    const hard = compiled(rule('(?:a|b)*a(?:a|b){240}c'))
    let seed = 1
    const letter = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % 5 < 2 ? 'a' : 'b'
    }
    const random = Array.from({ length: 60_000 }, letter).join('')
    const { blocked, text } = filterText(hard, random)
    expect(blocked).toEqual({ rule: null })
    expect(text.length).toBeLessThan(random.length)
  })

  it.each([
    ['(a', 0, /not closed/],
    ['ab)', 2, /closes no group/],
    ['x[a', 1, /not closed/],
    ['[]', 0, /empty/],
    ['[z-a]', 2, /backwards/],
    ['(?=a)b', 0, /ahead/],
    ['(a)\\1', 3, /back/],
    ['a**', 1, /repeated/],
    ['a{3,1}', 1, /smaller/],
    ['a{1000}', 1, /256/],
    ['*a', 0, /before/],
    ['\\p{L}', 0, /not supported/],
    ['a*', 0, /empty/],
    ['^$', 0, /empty/],
    ['a\\', 1, /missing/],
  ])('says of %s what is wrong at character %i', (pattern, at, message) => {
    expect(readRules([rule(pattern)]).problems).toEqual([
      { ruleId: expect.any(String), at, message: expect.stringMatching(message) },
    ])
  })

  it('refuses repetitions that multiply', () => {
    expect(readRules([rule('(((a{250}){250}){250})')]).problems).toMatchObject([{ at: null, message: /too large/ }])
    expect(readRules([rule(`${'('.repeat(60)}a${')'.repeat(60)}`)]).problems).toMatchObject([{ message: /deep/ }])
  })
})

describe('the rules that come with Reynard', () => {
  const place = compiled(...SHIPPED_RULES)
  const random = (length: number) => 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ'.repeat(10).slice(0, length)

  it.each([
    ['AWS key', `AKIA${'ABCD1234'.repeat(2)}`],
    ['GitHub token', `ghp_${random(36)}`],
    ['GitHub token', `github_pat_${random(82)}`],
    ['GitLab token', `glpat-${random(20)}`],
    ['API key', `sk-proj-${random(120)}`],
    ['API key', `sk-${random(48)}`],
    ['API key', `sk_live_${random(24)}`],
    ['Google key', `AIza${random(35)}`],
    ['Slack token', `xoxb-12345-${random(24)}`],
    ['Hugging Face token', `hf_${random(34)}`],
    ['npm token', `npm_${random(36)}`],
    ['Card number', '4111 1111 1111 1111'],
    ['Card number', '5555-5555-5555-4444'],
    ['Card number', '378282246310005'],
  ])('know a %s: %s', (name, secret) => {
    expect(filterText(place, `It is "${secret}".`).text).toBe(`It is "[redacted: ${name}]".`)
  })

  it('leave no usable part of a JSON web token', () => {
    const { text } = filterText(place, `Bearer eyJ${random(33)}.eyJ${random(200)}.${random(43)} ok`)
    expect(text.replaceAll(/\[redacted: JSON web token\]/g, '')).toBe('Bearer  ok')
  })

  it('block a private key at its first line', () => {
    const { text, blocked } = filterText(place, `Here:\n-----BEGIN RSA PRIVATE KEY-----\n${random(64)}`)
    expect([text, blocked?.rule?.name]).toEqual(['Here:\n', 'Private key'])
  })

  it.each([
    '4111 1111 1111 1112',
    '2026-11-23 20:19:00 and 1234567890123',
    'sk-cube-grid-container-item-inner',
    'a3f5b1c2d4e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6',
    'task-management-of-2026-and-its-plans',
    'https://example.org/a/very/long/path/that-goes-on-and-on-and-on-for-longer-than-that/index.html',
  ])('leave alone what is no secret: %s', (text) => {
    expect(filterText(place, text).text).toBe(text)
  })
})
