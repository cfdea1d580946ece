import {
  type Announcement,
  type AnnouncementInput,
  AppError,
  announcementInputSchema,
  type Maintenance,
  type NoticesView,
} from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import { z } from 'zod'
import type { Clock } from '../runs/ports.ts'
import type { SettingsRows } from '../settings/server-settings.ts'

/** The announcement and the maintenance of one server. */
export type Notices = {
  view(): NoticesView
  /** The announcement whose time it is; null where there is none. */
  announcement(): Announcement | null
  maintenance(): Maintenance | null
  /** Takes the place of the one before; null takes that back. Resolves when it is saved. */
  announce(input: AnnouncementInput | null): Promise<void>
  /** Resolves when it is saved and in force. Switched on again it keeps its beginning and takes the new words. */
  setMaintenance(input: { on: boolean; words: string }): Promise<void>
  /** Throws `maintenance` while no new run is accepted. */
  admit(): void
  /** Told of each change, and when the time of the announcement begins and is over. One listener. */
  onChange(listener: () => void): void
  close(): void
}

type Options = { rows: SettingsRows; clock: Clock }

const keys = { announcement: 'announcement', maintenance: 'maintenance' } as const
/** Who is refused is told to ask again after this long. */
const retryAfterMs = 60_000
/** Timers of Node hold 24.8 days at most; one that is further away is set anew. */
const longestMs = 24 * 60 * 60_000
const announcementSchema = announcementInputSchema.and(z.object({ id: z.string() })).nullable()
const maintenanceSchema = z.object({ since: z.number(), words: z.string() }).nullable()

/** Reads both from their rows, so that they outlive a restart. A row that can't be read counts as none. */
export async function openNotices({ rows, clock }: Options): Promise<Notices> {
  const saved = new Map((await rows.list()).map(({ key, value }) => [key, value]))
  let announcement = readRow(announcementSchema, saved.get(keys.announcement))
  let maintenance = readRow(maintenanceSchema, saved.get(keys.maintenance))
  let cancel = () => {}
  let onChange = () => {}

  const isShown = () => {
    const now = clock.now()
    return announcement !== null && (announcement.from ?? now) <= now && now < (announcement.until ?? now + 1)
  }
  /** Tells when the time of the announcement begins, and when it is over. */
  function wait(): void {
    cancel()
    const now = clock.now()
    const next = [announcement?.from, announcement?.until].flatMap((at) => (at != null && at > now ? [at] : []))
    if (next.length === 0) return
    cancel = clock.after(Math.min(longestMs, Math.min(...next) - now), () => {
      onChange()
      wait()
    })
  }
  return {
    view: () => ({ announcement, isShown: isShown(), maintenance }),
    announcement: () => (isShown() ? announcement : null),
    maintenance: () => maintenance,
    async announce(input) {
      const next = input === null ? null : { ...input, id: newId() }
      await rows.put(keys.announcement, JSON.stringify(next), (audit) => [
        audit.entry('announcement-change', {
          details: {
            on: next !== null,
            level: next?.level ?? null,
            from: next?.from ?? null,
            until: next?.until ?? null,
          },
        }),
      ])
      announcement = next
      wait()
      onChange()
    },
    async setMaintenance({ on, words }) {
      const next = on ? { since: maintenance?.since ?? clock.now(), words } : null
      await rows.put(keys.maintenance, JSON.stringify(next), (audit) => [
        audit.entry('maintenance-change', { details: { on } }),
      ])
      maintenance = next
      onChange()
    },
    admit() {
      if (maintenance === null) return
      const { words } = maintenance
      throw new AppError(
        'maintenance',
        `New answers are paused: this server is being worked on. What runs goes on.${words === '' ? '' : ` ${words}`}`,
        { retryAfterMs },
      )
    },
    onChange(listener) {
      onChange = listener
      wait()
    },
    close: () => cancel(),
  }
}

function readRow<Value>(schema: z.ZodType<Value | null>, text: string | undefined): Value | null {
  try {
    return text === undefined ? null : (schema.safeParse(JSON.parse(text)).data ?? null)
  } catch {
    return null
  }
}
