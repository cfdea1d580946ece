'use client'
import type { FilterRule, FilterRuleProblem } from '@reynard/protocol'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Switch } from '../../components/switch.tsx'
import { filterMessages as text } from '../../lib/messages-filter.ts'
import { errorsOf } from './check-rule.ts'
import { RuleEditor } from './rule-editor.tsx'

const MOST_RULES = 50

type RuleListProps = {
  rules: readonly FilterRule[]
  problems: readonly FilterRuleProblem[]
  onChange: (rules: FilterRule[]) => void
}

/** The rules of this server. One that is wrong stays open until it is right. */
export function RuleList({ rules, problems, onChange }: RuleListProps) {
  const [open, setOpen] = useState<string | null>(null)
  const replace = (next: FilterRule) => onChange(rules.map((rule) => (rule.id === next.id ? next : rule)))
  const add = () => {
    const rule = newRule()
    setOpen(rule.id)
    onChange([...rules, rule])
  }
  return (
    <>
      {rules.length === 0 && <p className="text-sm text-ink-3">{text.noRules}</p>}
      <ul className="grid gap-2">
        {rules.map((rule) => {
          const errors = errorsOf(rule, problems)
          const name = rule.name.trim() === '' ? text.unnamed : rule.name
          const isWrong = Object.keys(errors).length > 0
          const isOpen = open === rule.id || isWrong
          return (
            <li key={rule.id} className="rounded-card bg-raised inset-ring inset-ring-line">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-2 p-3 pl-4">
                <div className="min-w-0 flex-1 basis-40">
                  <p className="truncate text-md font-mid">{name}</p>
                  <p className="text-xs text-ink-3">{summaryOf(rule)}</p>
                </div>
                <Switch
                  aria-label={text.enable(name)}
                  checked={rule.enabled}
                  onCheckedChange={(enabled) => replace({ ...rule, enabled })}
                />
                <Button
                  aria-label={isOpen ? text.close(name) : text.edit(name)}
                  aria-expanded={isOpen}
                  disabled={isWrong}
                  onClick={() => setOpen(isOpen ? null : rule.id)}
                >
                  {isOpen ? text.closeShort : text.editShort}
                </Button>
                <Button
                  look="ghost"
                  aria-label={text.remove(name)}
                  onClick={() => onChange(rules.filter(({ id }) => id !== rule.id))}
                >
                  {text.removeShort}
                </Button>
              </div>
              {isOpen && <RuleEditor rule={rule} errors={errors} onChange={replace} />}
            </li>
          )
        })}
      </ul>
      <Button className="mt-3" disabled={rules.length >= MOST_RULES} onClick={add}>
        <Plus size={14} strokeWidth={1.75} aria-hidden />
        {text.add}
      </Button>
    </>
  )
}

function summaryOf({ action, places, enabled }: FilterRule): string {
  const where = places.map((place) => text.placeNames[place].toLowerCase()).join(', ')
  return `${enabled ? '' : `${text.off}. `}${text.actions[action]}: ${where}`
}

let made = 0
function newRule(): FilterRule {
  made += 1
  return {
    id: `r${Date.now().toString(36)}-${made}`,
    name: '',
    match: { kind: 'pattern', pattern: '' },
    ignoreCase: true,
    window: 100,
    places: ['input', 'output', 'tools'],
    action: 'redact',
    enabled: true,
  }
}
