import type { ToolCall } from '@reynard/protocol'
import {
  Ban,
  Bookmark,
  ChartLine,
  CircleAlert,
  CircleDashed,
  Database,
  FileSearch,
  FileText,
  FlaskConical,
  GitBranch,
  Globe,
  Hand,
  type LucideIcon,
  Pencil,
  ScanText,
  Search,
  Shield,
  Square,
  SquareTerminal,
  Terminal,
  TimerOff,
  Unplug,
} from 'lucide-react'
import { ICON } from '../trail-row.tsx'
import type { CallWords } from './describe-call.ts'

const GROUPS = {
  search: Search,
  file_ops: FileText,
  code_execution: Terminal,
  data_analysis: Database,
  code_analysis: ScanText,
  testing: FlaskConical,
  documentation: FileSearch,
  version_control: GitBranch,
  memory: Bookmark,
} as const
const LOOKS: Partial<Record<CallWords['look'], LucideIcon>> = {
  next: Hand,
  behind: CircleDashed,
  denied: Ban,
  expired: TimerOff,
  timeout: TimerOff,
  off: CircleAlert,
  blocked: Shield,
  stopped: Square,
  cut: Unplug,
}
const BROKEN: ReadonlySet<CallWords['look']> = new Set(['failed', 'timeout', 'blocked'])

type ToolIconProps = { call: ToolCall; look: CallWords['look']; isBad?: boolean }
/** The mark of a call on the trail: what it is about, or what became of it. */
export function ToolIcon({ call: { run, display }, look, isBad = false }: ToolIconProps) {
  if (look === 'running') return <span className="spinner" aria-hidden />
  const isChange = run?.group === 'file_ops' && run.effect === 'write'
  const isAway = run?.effect === 'network'
  const own = isChange ? Pencil : display?.kind === 'chart' ? ChartLine : null
  const Mark = LOOKS[look] ?? own ?? (isAway ? Globe : run?.group ? GROUPS[run.group] : SquareTerminal)
  return <Mark {...ICON} className={isBad || BROKEN.has(look) ? 'text-danger' : ''} />
}
