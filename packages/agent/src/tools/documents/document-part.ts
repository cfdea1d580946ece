import { z } from 'zod'

/** A page, a slide, or some rows of a sheet: what a document is read by. */
const documentPartSchema = z.object({
  /** Counted from 1. */
  number: z.number().int().positive(),
  /** What it is called besides its number: the name of a sheet and its rows. */
  label: z.string().optional(),
  text: z.string(),
})
export type DocumentPart = z.infer<typeof documentPartSchema>

/** What the program is told. */
export const documentRequestSchema = z.object({
  /** As it is inside the walls. */
  path: z.string(),
  from: z.number().int().positive(),
  /** The last part; null: as many as fit. */
  to: z.number().int().positive().nullable(),
  /** So many characters at most. */
  characters: z.number().int().positive(),
})
export type DocumentRequest = z.infer<typeof documentRequestSchema>

/** Why nothing could be read. */
const documentProblemSchema = z.enum(['unknown', 'old', 'locked', 'broken', 'too-large'])
export type DocumentProblem = z.infer<typeof documentProblemSchema>

/** `unit`: how the parts are called. `cut`: the only one did not fit whole. `total`: parts that there are. */
export const documentAnswerSchema = z.union([
  z.object({
    unit: z.enum(['page', 'slide', 'part']),
    total: z.number().int().nonnegative(),
    parts: z.array(documentPartSchema),
    cut: z.boolean(),
  }),
  z.object({ problem: documentProblemSchema }),
])
export type DocumentAnswer = z.infer<typeof documentAnswerSchema>
export type DocumentText = Exclude<DocumentAnswer, { problem: unknown }>

/** Thrown within the program: the document is at fault, and how. */
export class DocumentRefused extends Error {
  readonly problem: DocumentProblem

  constructor(problem: DocumentProblem, cause?: unknown) {
    super(problem, { cause })
    this.problem = problem
  }
}

/** Takes parts in their order and keeps those that were asked for, as far as they fit. */
export class PartCollector {
  readonly #request: DocumentRequest
  readonly #parts: DocumentPart[] = []
  #free: number
  #count = 0
  #cut = false

  constructor(request: DocumentRequest) {
    this.#request = request
    this.#free = request.characters
  }

  /** Whether the next part is of no interest. */
  get skipsNext(): boolean {
    const next = this.#count + 1
    return next < this.#request.from || next > (this.#request.to ?? Number.POSITIVE_INFINITY) || this.isFull
  }

  /** Nothing more fits, or nothing more was asked for. */
  get isFull(): boolean {
    return this.#cut || this.#free <= 0 || this.#count >= (this.#request.to ?? Number.POSITIVE_INFINITY)
  }

  add(text: string, label?: string): void {
    const isWanted = !this.skipsNext
    this.#count += 1
    if (!isWanted) return
    const kept = text.slice(0, this.#free)
    this.#cut = kept.length < text.length
    this.#free -= kept.length
    this.#parts.push({ number: this.#count, text: kept, ...(label !== undefined && { label }) })
  }

  /** `total`: where it is known otherwise than by having counted. */
  answer(unit: DocumentText['unit'], total: number = this.#count): DocumentText {
    // A part comes whole, if not now then with the next range; one that no range could hold is cut.
    const isLeftOver = this.#cut && this.#parts.length > 1
    return {
      unit,
      total,
      parts: isLeftOver ? this.#parts.slice(0, -1) : this.#parts,
      cut: this.#cut && !isLeftOver,
    }
  }
}
