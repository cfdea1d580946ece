'use client'
import type {
  OperatorToolRule,
  OperatorToolRules,
  OwnToolRule,
  ToolEffect,
  ToolInfo,
  ToolSeconds,
} from '@reynard/protocol'
import { Fragment, type ReactNode } from 'react'
import { Select } from '../../components/field.tsx'
import { rulesMessages } from '../../lib/messages-rules.ts'
import { toolGroupNames } from '../../lib/messages-tool-groups.ts'
import { firstSentence } from '../assistants/first-sentence.ts'
import { DeadlineField } from './deadline-field.tsx'

const text = rulesMessages
const EFFECTS: ToolEffect[] = ['read', 'write', 'execute', 'network']
const OWN = ['allow', 'ask', 'off'] as const
const OPERATOR = ['ask', 'off'] as const
const ROW =
  'grid items-center gap-x-4 gap-y-2 border-t border-line py-2.5 text-sm grid-cols-1 sm:grid-cols-[minmax(0,1fr)_150px_160px_80px]'

type ToolTableProps = {
  tools: ToolInfo[]
  own: Record<string, OwnToolRule>
  onOwn: (tool: string, rule: OwnToolRule | null) => void
  /** What is set for the whole server; null where whoever looks does not run it. */
  operator: Operator | null
}
type Operator = {
  rules: OperatorToolRules
  /** Seconds by the tool's name: what was set here, and what the environment says, which then can't be changed here. */
  deadlines: { saved: ToolSeconds; environment: ToolSeconds; isLocked: boolean }
  onRules: (rules: OperatorToolRules) => void
  onDeadlines: (seconds: ToolSeconds) => void
}

/** Every tool with what its person and the operator of the server say of it; above them the operator's word on each effect. */
export function ToolTable({ tools, ...props }: ToolTableProps) {
  const { operator } = props
  const groups = [...new Set(tools.map(({ group }) => group))]
  return (
    <>
      {operator && <EffectRows operator={operator} />}
      {groups.map((group) => (
        <Fragment key={group}>
          <h3 className="mt-5 mb-1.5 text-xs font-mid text-ink-3">{toolGroupNames[group]}</h3>
          {tools
            .filter((tool) => tool.group === group)
            .map((tool) => (
              <ToolRow key={tool.name} tool={tool} {...props} />
            ))}
        </Fragment>
      ))}
    </>
  )
}

/** The operator's word on each effect. */
function EffectRows({ operator: { rules, onRules } }: { operator: Operator }) {
  return (
    <>
      <div aria-hidden className={`${ROW} border-none py-1 text-xs text-ink-3 max-sm:hidden`}>
        <span>{text.byEffect}</span>
        <span>{text.forYou}</span>
        <span>{text.forServer}</span>
        <span>{text.deadline}</span>
      </div>
      {EFFECTS.map((effect) => (
        <Row key={effect} name={text.effects[effect]}>
          <span className="max-sm:hidden" />
          <RuleSelect
            label={text.operatorRule(text.effects[effect])}
            whose={text.forServer}
            value={rules.effects[effect] ?? null}
            options={OPERATOR}
            words={{ ...text.operator, default: text.asEachUser }}
            onChange={(rule) => onRules({ ...rules, effects: changed(rules.effects, effect, rule) })}
          />
          <span className="max-sm:hidden" />
        </Row>
      ))}
    </>
  )
}

type ToolRowProps = Omit<ToolTableProps, 'tools'> & { tool: ToolInfo }

/** What is in force stands in each list: where nobody said anything, the default in its words. */
function ToolRow({ tool, own, operator, onOwn }: ToolRowProps) {
  const { name, description, effect, seconds, asks, asksAlways } = tool
  const server = operator ? stricter(operator.rules.tools[name], operator.rules.effects[effect]) : undefined
  return (
    <Row
      name={<code className="font-mono [overflow-wrap:anywhere]">{name}</code>}
      help={firstSentence(description)}
      note={server && text.serverSays[server]}
    >
      <RuleSelect
        label={text.ownRule(name)}
        whose={text.forYou}
        value={own[name] ?? null}
        options={asksAlways ? OPERATOR : OWN}
        words={{ ...text.own, default: text.byDefault(asks) }}
        onChange={(rule) => onOwn(name, rule)}
      />
      {operator && <OperatorCells name={name} effect={effect} seconds={seconds} operator={operator} />}
    </Row>
  )
}

type OperatorCellsProps = Pick<ToolInfo, 'name' | 'effect' | 'seconds'> & { operator: Operator }

function OperatorCells({ name, effect, seconds, operator }: OperatorCellsProps) {
  const { rules, deadlines, onRules, onDeadlines } = operator
  const byKind = rules.effects[effect]
  return (
    <>
      <RuleSelect
        label={text.operatorRule(name)}
        whose={text.forServer}
        value={rules.tools[name] ?? null}
        options={OPERATOR}
        words={{ ...text.operator, default: byKind === undefined ? text.asEachUser : text.byKind[byKind] }}
        onChange={(rule) => onRules({ ...rules, tools: changed(rules.tools, name, rule) })}
      />
      <DeadlineField
        tool={name}
        value={deadlines.saved[name] ?? null}
        fallback={deadlines.environment[name] ?? seconds}
        isLocked={deadlines.isLocked}
        onChange={(set) => {
          const { [name]: _before, ...others } = deadlines.saved
          onDeadlines(set === null ? others : { ...others, [name]: set })
        }}
      />
    </>
  )
}

/** Of what the operator says of a tool and of its kind, the one that counts. */
function stricter(tool?: OperatorToolRule, kind?: OperatorToolRule): OperatorToolRule | undefined {
  return tool === 'off' || kind === 'off' ? 'off' : (tool ?? kind)
}

/** The rules with one of them set, or taken away by null. */
function changed<Rules extends Partial<Record<string, OperatorToolRule>>>(
  rules: Rules,
  name: keyof Rules,
  rule: OperatorToolRule | null,
): Rules {
  const { [name]: _before, ...others } = rules
  return (rule === null ? others : { ...others, [name]: rule }) as Rules
}

type RowProps = { name: ReactNode; help?: string; note?: string | undefined; children: ReactNode }

function Row({ name, help, note, children }: RowProps) {
  return (
    <div className={ROW}>
      <div className="min-w-0">
        {name}
        {help && <p className="text-ink-2">{help}</p>}
        {note && <p className="text-xs text-warning">{note}</p>}
      </div>
      {children}
    </div>
  )
}

type RuleSelectProps<Rule extends string> = {
  label: string
  /** What the head of the column says, where there is none. */
  whose: string
  value: Rule | null
  options: readonly Rule[]
  words: Record<Rule | 'default', string>
  onChange: (rule: Rule | null) => void
}
function RuleSelect<Rule extends string>({ label, whose, value, options, words, onChange }: RuleSelectProps<Rule>) {
  return (
    <div className="flex items-center gap-3 sm:block">
      <span aria-hidden className="w-24 flex-none text-xs text-ink-3 sm:hidden">
        {whose}
      </span>
      <Select
        className="flex-1"
        aria-label={label}
        value={value ?? ''}
        onChange={(event) => onChange(options.find((option) => option === event.target.value) ?? null)}
      >
        <option value="">{words.default}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {words[option]}
          </option>
        ))}
      </Select>
    </div>
  )
}
