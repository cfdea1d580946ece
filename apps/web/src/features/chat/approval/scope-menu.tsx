'use client'
import type { ApprovalScope } from '@reynard/protocol'
import { Check, ChevronDown } from 'lucide-react'
import { Button } from '../../../components/button.tsx'
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../../../components/menu.tsx'
import { approvalMessages } from '../../../lib/messages-approval.ts'
import { plainText } from '../../../lib/plain-text.ts'

const text = approvalMessages

type ScopeMenuProps = {
  scopes: ApprovalScope[]
  scope: ApprovalScope
  /** What the wider yes covers, where that is less than all that the tool can do. */
  covers: string | undefined
  onChange: (scope: ApprovalScope) => void
}

/** How far a yes reaches. */
export function ScopeMenu({ scopes, scope, covers, onChange }: ScopeMenuProps) {
  const nameOf = (one: ApprovalScope) =>
    one === 'conversation' && covers !== undefined ? text.alwaysFor(plainText(covers)) : text.scopes[one]
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button look="ghost">
          <span className="sr-only">{text.scope}: </span>
          {nameOf(scope)}
          <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent align="start">
        {scopes.map((one) => (
          <MenuItem key={one} role="menuitemradio" aria-checked={one === scope} onSelect={() => onChange(one)}>
            <span className="w-3.5 flex-none">
              {one === scope && <Check size={14} strokeWidth={1.75} aria-hidden />}
            </span>
            {nameOf(one)}
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  )
}
