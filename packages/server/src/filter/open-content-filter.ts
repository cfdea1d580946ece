import { isDeepStrictEqual } from 'node:util'
import {
  AppError,
  type FilterPlace,
  type FilterRuleProblem,
  type FilterSettings,
  type FilterView,
  filterSettingsSchema,
  NO_FILTER,
} from '@reynard/protocol'
import type { Clock, RunLogger } from '../runs/ports.ts'
import type { SettingsRows } from '../settings/server-settings.ts'
import { type CompiledPlace, compilePlace, readRules } from './compile-rules.ts'
import type { ContentFilter } from './content-filter.ts'
import { openFilterCounts } from './filter-counts.ts'
import { type Blocked, filterText, type Hits } from './filter-stream.ts'
import { filteredChat } from './filtered-engine.ts'
import { screenJson } from './screen-value.ts'
import { SHIPPED_RULES } from './shipped-rules.ts'
import { blockedMessage } from './words.ts'

const key = 'filter'
type Places = Record<FilterPlace, CompiledPlace | null>

/** Reads the saved rules. Rules that can't be used any more stop the server from opening: without them it would let through what they hold. */
export async function openContentFilter(
  rows: SettingsRows,
  options: { clock: Clock; logger: RunLogger },
): Promise<ContentFilter> {
  const saved = new Map((await rows.list()).map((row) => [row.key, row.value]))
  const counts = openFilterCounts(rows, saved, options)
  let settings = readSettings(saved.get(key))
  const first = compileAll(settings)
  if ('problems' in first) throw unreadable()
  let { places } = first

  const view = (): FilterView => ({
    settings,
    shipped: SHIPPED_RULES.map(({ name, action, places, window }) => ({ name, action, places, window })),
    counts: counts.list(),
  })
  const block = (blocked: Blocked) => new AppError('content-blocked', blockedMessage(blocked, 'input'))

  return {
    view,
    async save(next) {
      const compiled = compileAll(next)
      if ('problems' in compiled) return { ok: false, problems: compiled.problems }
      const before = settings
      await rows.put(key, JSON.stringify(next), (audit) => [
        audit.entry('filter-change', { object: { kind: 'filter' }, details: filterChange(before, next) }),
      ])
      settings = next
      places = compiled.places
      return { ok: true, view: view() }
    },
    tryOut({ text, place, settings: tried }) {
      const compiled = compileAll(tried)
      if ('problems' in compiled) return { ok: false, problems: compiled.problems }
      const rules = compiled.places[place]
      if (rules === null) return { ok: true, text, blockedBy: null, hits: [], window: 0 }
      const { text: filtered, blocked, hits } = filterText(rules, text)
      return {
        ok: true,
        text: filtered,
        blockedBy: blocked && (blocked.rule?.name ?? blockedMessage(blocked, place)),
        hits: [...hits].map(([{ name, action }, count]) => ({ name, action, count })),
        window: rules.acting?.window ?? 0,
      }
    },
    screenText(text) {
      if (places.input === null) return { text, redacted: [] }
      const { text: filtered, blocked, hits } = filterText(places.input, text)
      counts.add('input', hits)
      if (blocked !== null) throw block(blocked)
      return { text: filtered, redacted: namesOf(hits) }
    },
    screenValue(value) {
      if (places.input === null) return value
      const { value: screened, blocked, hits } = screenJson(places.input, value)
      counts.add('input', hits)
      if (blocked !== null) throw block(blocked)
      // Nothing was taken out of it: it is what it was.
      return namesOf(hits).length === 0 ? value : (screened as typeof value)
    },
    chat: (engine, { before = '', handsBack = () => true } = {}) =>
      filteredChat(engine, { before, handsBack, places: () => places, counted: counts.add }),
    screenCall(written) {
      if (places.tools === null) return { arguments: written.arguments }
      const { value, blocked, hits } = screenJson(places.tools, parsed(written.arguments))
      counts.add('tools', hits)
      return blocked === null ? { arguments: value } : { refused: blockedMessage(blocked, 'tools') }
    },
    close: counts.close,
  }
}

/** Escaped characters in a JSON text are read before they are looked at. */
function parsed(written: unknown): unknown {
  if (typeof written !== 'string') return written
  try {
    return JSON.parse(written)
  } catch {
    return written
  }
}

function namesOf(hits: Hits): string[] {
  return [...hits.keys()].filter(({ action }) => action === 'redact').map(({ name }) => name)
}

/** Rules by their names: what they look for may be what nobody is to read. */
function filterChange(before: FilterSettings, after: FilterSettings) {
  const known = new Map(before.rules.map((rule) => [rule.id, rule]))
  const kept = new Set(after.rules.map(({ id }) => id))
  const named = (rules: readonly { name: string }[]) =>
    rules.length === 0 ? undefined : rules.map(({ name }) => name).join(', ')
  return {
    added: named(after.rules.filter(({ id }) => !known.has(id))),
    changed: named(after.rules.filter((rule) => known.has(rule.id) && !isDeepStrictEqual(known.get(rule.id), rule))),
    removed: named(before.rules.filter(({ id }) => !kept.has(id))),
    ...(before.secrets !== after.secrets && { secrets: after.secrets }),
  }
}

function compileAll({ secrets, rules }: FilterSettings): { places: Places } | { problems: FilterRuleProblem[] } {
  const { read, problems } = readRules([...(secrets ? SHIPPED_RULES : []), ...rules])
  if (problems.length > 0) return { problems }
  const places: Places = {
    input: compilePlace(read, 'input'),
    output: compilePlace(read, 'output'),
    tools: compilePlace(read, 'tools'),
  }
  return { places }
}

function readSettings(text: string | undefined): FilterSettings {
  if (text === undefined) return NO_FILTER
  try {
    return filterSettingsSchema.parse(JSON.parse(text))
  } catch {
    throw unreadable()
  }
}

function unreadable(): AppError {
  return new AppError(
    'conflict',
    'The rules of the content filter in the database can’t be read, and without them the server would let through what they hold back. Start the version that saved them, or remove the row "filter" of the table settings.',
  )
}
