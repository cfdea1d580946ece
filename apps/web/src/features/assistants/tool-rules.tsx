'use client'
import type { ToolGroup, ToolInfo, ToolRule } from '@reynard/protocol'
import { Segments } from '../../components/segments.tsx'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { toolGroupNames } from '../../lib/messages-tool-groups.ts'
import { firstSentence } from './first-sentence.ts'

const text = assistantPageMessages
const OPTIONS = (['off', 'default', 'ask'] as const).map((value) => ({ value, label: text.rules[value] }))

type ToolRulesProps = {
  tools: ToolInfo[]
  /** By the tool's name; what is not named is off. */
  rules: Record<string, ToolRule>
  onChange: (rules: Record<string, ToolRule>) => void
}

/** Which tools an assistant is given, and when it asks before it uses one. */
export function ToolRules({ tools, rules, onChange }: ToolRulesProps) {
  const groups = [...new Set(tools.map(({ group }) => group))]
  return (
    <fieldset>
      <legend className="text-md font-mid">{text.tools}</legend>
      <p className="mt-1 max-w-[64ch] text-xs text-ink-3">{tools.length === 0 ? text.noTools : text.toolsHelp}</p>
      {groups.map((group) => (
        <Group key={group} group={group} tools={tools} rules={rules} onChange={onChange} />
      ))}
    </fieldset>
  )
}

function Group({ group, tools, rules, onChange }: ToolRulesProps & { group: ToolGroup }) {
  const own = tools.filter((tool) => tool.group === group)
  const [first, ...more] = new Set(own.map(({ name }) => rules[name] ?? 'off'))
  const shared = more.length === 0 ? first : undefined
  return (
    <>
      <div className="mt-5 mb-1.5 flex flex-wrap items-center gap-x-7 gap-y-2">
        <h2 className="flex-1 text-xs font-mid text-ink-3">{toolGroupNames[group]}</h2>
        <Segments
          label={text.ruleOfAll(toolGroupNames[group])}
          // Where they differ none is chosen.
          value={shared ?? null}
          options={OPTIONS}
          onChange={(rule) => onChange({ ...rules, ...Object.fromEntries(own.map(({ name }) => [name, rule])) })}
        />
      </div>
      {own.map(({ name, description, unavailable }) => (
        <div
          key={name}
          className="grid items-start gap-x-7 gap-y-2 border-t border-line py-2.5 sm:grid-cols-[minmax(0,1fr)_auto]"
        >
          <div className="min-w-0 text-sm">
            <code className="font-mono">{name}</code>
            <p className="text-ink-2">{firstSentence(description)}</p>
            {unavailable && <p className="text-warning">{unavailable}</p>}
          </div>
          <Segments
            label={text.rule(name)}
            value={rules[name] ?? 'off'}
            options={OPTIONS}
            onChange={(rule) => onChange({ ...rules, [name]: rule })}
          />
        </div>
      ))}
    </>
  )
}
