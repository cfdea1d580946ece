'use client'
import type { ApprovalScope } from '@reynard/protocol'
import { Check, ChevronDown } from 'lucide-react'
import { Button } from '../../../components/button.tsx'
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../../../components/menu.tsx'
import { approvalMessages } from '../../../lib/messages-approval.ts'

const text = approvalMessages

type ScopeMenuProps = { scopes: ApprovalScope[]; scope: ApprovalScope; onChange: (scope: ApprovalScope) => void }

/** How far a yes reaches. */
export function ScopeMenu({ scopes, scope, onChange }: ScopeMenuProps) {
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button look="ghost">
          <span className="sr-only">{text.scope}: </span>
          {text.scopes[scope]}
          <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent align="start">
        {scopes.map((one) => (
          <MenuItem key={one} role="menuitemradio" aria-checked={one === scope} onSelect={() => onChange(one)}>
            <span className="w-3.5 flex-none">
              {one === scope && <Check size={14} strokeWidth={1.75} aria-hidden />}
            </span>
            {text.scopes[one]}
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  )
}
