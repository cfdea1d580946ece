import { z } from 'zod'
import { chartSpecSchema } from './chart.ts'

/** What a tool does to the world; the policy of approvals goes by it. `execute`: runs code. */
export const toolEffectSchema = z.enum(['read', 'write', 'execute', 'network'])
export type ToolEffect = z.infer<typeof toolEffectSchema>

/** Groups of tools under the names that statistics count by. */
export const toolGroupSchema = z.enum([
  'search',
  'file_ops',
  'code_execution',
  'data_analysis',
  'code_analysis',
  'testing',
  'documentation',
  'version_control',
  'memory',
])
export type ToolGroup = z.infer<typeof toolGroupSchema>

/** The wall that a tool runs behind: `none` is code of ours in the server, L1 a capped interpreter, L2 a child with nothing, L3 a sandbox. */
export const sandboxLevelSchema = z.enum(['none', 'L1', 'L2', 'L3'])
export type SandboxLevel = z.infer<typeof sandboxLevelSchema>

/** How a tool's row reads: what it is doing, what it did (past tense), and on what. `code`: the detail is something to paste. */
export const toolTitleSchema = z.object({
  running: z.string().max(200),
  done: z.string().max(200),
  detail: z.string().max(500).optional(),
  code: z.boolean().optional(),
})
export type ToolTitle = z.infer<typeof toolTitleSchema>

/** One file of several that differ. `patch`: its hunks, empty where nothing of it can be shown as text. */
export const fileDiffSchema = z.object({
  path: z.string(),
  /** Where it was before, if elsewhere. */
  oldPath: z.string().nullable(),
  change: z.enum(['added', 'modified', 'deleted', 'renamed']),
  patch: z.string(),
})
export type FileDiff = z.infer<typeof fileDiffSchema>

/** `omitted`: how many more files differ than are here. */
const fileDiffs = { files: z.array(fileDiffSchema), omitted: z.number().int().nonnegative() }

const cellSchema = z.union([z.string(), z.number(), z.boolean(), z.null()])
const fileSchema = z.object({ path: z.string(), bytes: z.number().int().nonnegative() })

/** One test as its runner tells it. `file`: where it stands, as path or path:line. */
export const testCaseSchema = z.object({
  name: z.string(),
  file: z.string().nullable(),
  state: z.enum(['passed', 'failed', 'skipped']),
  durationMs: z.number().nonnegative().nullable(),
  message: z.string().nullable(),
})
export type TestCase = z.infer<typeof testCaseSchema>

/**
 * A result in the form in which a person reads it. All of it is data from an attacker: shown as text, never as live HTML, and no path in
 * it is followed without the checks of the workspace.
 */
export const toolDisplaySchema = z.discriminatedUnion('kind', [
  /** `trashId`: what the call deleted lies there, and can be put back. */
  z.object({ kind: z.literal('text'), text: z.string(), trashId: z.uuid().optional() }),
  /** Output of a program. `exitCode` null: it was ended by a signal or has none. `figures`: images that it left in the workspace. */
  z.object({
    kind: z.literal('terminal'),
    text: z.string(),
    exitCode: z.number().int().nullable(),
    figures: z.array(fileSchema).optional(),
  }),
  /** `totalRows`: how many there are, when not all are here; `file` then holds all that were kept. */
  z.object({
    kind: z.literal('table'),
    columns: z.array(z.string()),
    rows: z.array(z.array(cellSchema)),
    totalRows: z.number().int().nonnegative(),
    file: fileSchema.optional(),
    /** Columns whose cells are code, by their place: blanks and all. */
    code: z.array(z.number().int().nonnegative()).optional(),
  }),
  /** A unified diff, without its file headers. */
  z.object({ kind: z.literal('diff'), path: z.string(), patch: z.string() }),
  /** Several of them. */
  z.object({ kind: z.literal('diffs'), ...fileDiffs }),
  /** Files of the workspace that the call made or found. `folders`: those in which nothing else of the list lies. */
  z.object({ kind: z.literal('files'), files: z.array(fileSchema), folders: z.array(z.string()).optional() }),
  /** PNG, JPEG, WebP or GIF files of the workspace, shown as what they are now. `alt` says what can be seen. */
  z.object({ kind: z.literal('images'), images: z.array(fileSchema.extend({ alt: z.string() })) }),
  z.object({ kind: z.literal('chart'), chart: chartSpecSchema }),
  /** What the tests of a project say of themselves: its code wrote all of it. `omitted`: cases that are counted and not here. */
  z.object({
    kind: z.literal('tests'),
    runner: z.string(),
    cases: z.array(testCaseSchema),
    passed: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
    skipped: z.number().int().nonnegative(),
    omitted: z.number().int().nonnegative(),
  }),
  /**
   * Places that an answer can name: pages of the web (`url`), or messages of one's own chats (`conversationId`, with the moment they were
   * written, UTC milliseconds).
   */
  z.object({
    kind: z.literal('sources'),
    sources: z.array(
      z.object({
        title: z.string(),
        snippet: z.string(),
        url: z.string().nullable(),
        conversationId: z.string().optional(),
        messageId: z.string().optional(),
        at: z.number().optional(),
      }),
    ),
  }),
])
export type ToolDisplay = z.infer<typeof toolDisplaySchema>

/** Why a call has no result. `interrupted`: the server stopped in the middle, and whether it took effect is not known. */
export const toolFailureSchema = z.enum([
  'unknown-tool',
  'bad-arguments',
  'denied',
  'expired',
  'repeated',
  'limit',
  'unavailable',
  'blocked',
  'timeout',
  'failed',
  'aborted',
  'interrupted',
])
export type ToolFailure = z.infer<typeof toolFailureSchema>

/** Exactly what will happen when a call is approved. `preview` is shown as it stands. */
export const approvalFactsSchema = z.object({
  /** E.g. "change shop-rules.yaml": completes "Reynard wants to …". */
  wants: z.string().max(300),
  reason: z.string().max(1_000).nullable(),
  /** Files that it writes, relative to the workspace; below, hosts that it calls. */
  writes: z.array(z.string()),
  /** Files that are gone afterwards. */
  deletes: z.array(z.string()).optional(),
  hosts: z.array(z.string()),
  /** What else comes of it, each in a sentence: what is kept, where it goes, where it can be had back or deleted. */
  notes: z.array(z.string().max(500)).max(6).optional(),
  /** The folder of this machine whose files they are; absent where they are the workspace's. */
  folder: z.string().optional(),
  /** What a yes for the whole conversation covers where that is less than every call of the tool, e.g. "pages of example.org". */
  covers: z.string().max(300).optional(),
  /** Whether what is lost can come back; null where nothing is lost. */
  restorable: z.boolean().nullable(),
  preview: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('diff'), path: z.string(), patch: z.string() }),
    z.object({ kind: z.literal('diffs'), ...fileDiffs }),
    z.object({ kind: z.literal('command'), text: z.string() }),
    z.object({ kind: z.literal('text'), text: z.string() }),
  ]),
})
export type ApprovalFacts = z.infer<typeof approvalFactsSchema>

/** How far a yes reaches: this call, or every call of the tool in this conversation. */
export const approvalScopeSchema = z.enum(['once', 'conversation'])
export type ApprovalScope = z.infer<typeof approvalScopeSchema>
