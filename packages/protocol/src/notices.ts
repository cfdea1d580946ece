import { z } from 'zod'

/** What everybody is told over every page: plain text. `from` and `until` in UTC milliseconds; null: at once, until it is taken back. */
export const announcementInputSchema = z
  .object({
    text: z.string().trim().min(1, 'Write what everybody is to read.').max(500, 'At most 500 characters.'),
    level: z.enum(['info', 'warning', 'danger']),
    from: z.number().int().nonnegative().nullable(),
    until: z.number().int().nonnegative().nullable(),
  })
  .refine(({ from, until }) => from === null || until === null || from < until, {
    path: ['until'],
    message: 'It ends before it begins.',
  })
export type AnnouncementInput = z.infer<typeof announcementInputSchema>

/** `id`: another one for each announcement, so that who put one away is shown the next. */
export type Announcement = AnnouncementInput & { id: string }

/** No new run is accepted; what was accepted goes on to its end. `words`: the operator's own, may be empty. */
export type Maintenance = { since: number; words: string }

export const maintenanceInputSchema = z.object({
  on: z.boolean(),
  words: z.string().trim().max(300, 'At most 300 characters.').default(''),
})

/** For who runs the server: what is saved, also where it is not its time. */
export type NoticesView = { announcement: Announcement | null; isShown: boolean; maintenance: Maintenance | null }
