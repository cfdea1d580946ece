'use client'
import { Check, Copy } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { Field, Input } from '../../components/field.tsx'
import { accountMessages as text } from '../../lib/messages-accounts.ts'
import { useCopy } from '../../lib/use-copy.ts'

/** What is shown this once, to be copied. Where the browser gives no clipboard it can be selected. */
export function SecretBox({ label, help, value }: { label: string; help: string; value: string }) {
  const { copied, copy } = useCopy()
  const Icon = copied ? Check : Copy
  return (
    <div role="status">
      <Field label={label} help={help}>
        {(parts) => (
          <span className="flex gap-2">
            <Input
              {...parts}
              readOnly
              value={value}
              onFocus={(event) => event.target.select()}
              className="flex-1 font-mono"
            />
            <Button onClick={() => copy(value)}>
              <Icon size={14} strokeWidth={1.75} aria-hidden />
              {copied ? text.copied : text.copy}
            </Button>
          </span>
        )}
      </Field>
    </div>
  )
}
