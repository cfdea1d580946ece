'use client'
import type { ConsoleModel, ConsoleModels } from '@reynard/protocol'
import { Copy, Ellipsis, Info, Star, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Button, IconButton } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Field, Input } from '../../../components/field.tsx'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '../../../components/menu.tsx'
import { messages } from '../../../lib/messages.ts'
import { adminModelsMessages } from '../../../lib/messages-admin-models.ts'
import { RemoveModelDialog } from '../../models/remove-model.tsx'
import { useOperatorSettings } from '../../models/use-operator-settings.ts'
import { useModelActions } from './use-model-console.ts'

const text = adminModelsMessages
const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const

type ModelMenuProps = { model: ConsoleModel; defaultModel: ConsoleModels['defaultModel']; onOpen: () => void }

/** Load or unload, and what is done more rarely. */
export function ModelMenu({ model, defaultModel, onOpen }: ModelMenuProps) {
  const [asking, setAsking] = useState<'copy' | 'remove' | null>(null)
  const { update } = useOperatorSettings()
  const { load, unload } = useModelActions()
  const isHeld = model.loaded || model.memory !== null
  const canChat = model.capabilities.includes('completion')
  const isAnswering = model.name === defaultModel.name && defaultModel.chosen !== null
  return (
    <span className="flex items-center justify-end gap-1">
      {isHeld && model.can.includes('unload') && (
        <Button look="ghost" size="sm" disabled={model.doing !== null} onClick={() => unload(model)}>
          {text.unload}
        </Button>
      )}
      {!isHeld && model.can.includes('load') && (
        <Button look="ghost" size="sm" disabled={model.doing !== null} onClick={() => load(model)}>
          {text.load}
        </Button>
      )}
      <Menu>
        <MenuTrigger asChild>
          <IconButton label={text.more(model.label)}>
            <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={onOpen}>
            <Info {...ICON} />
            {text.details}
          </MenuItem>
          {canChat && !isAnswering && (
            <MenuItem disabled={defaultModel.variable !== null} onSelect={() => update({ defaultModel: model.name })}>
              <Star {...ICON} />
              {defaultModel.variable === null ? text.makeDefault : text.lockedDefault(defaultModel.variable)}
            </MenuItem>
          )}
          {model.can.includes('copy') && (
            <MenuItem onSelect={() => setAsking('copy')}>
              <Copy {...ICON} />
              {text.copy}
            </MenuItem>
          )}
          {model.can.includes('remove') && (
            <>
              <MenuSeparator />
              <MenuItem danger onSelect={() => setAsking('remove')}>
                <Trash2 {...ICON} />
                {text.remove}
              </MenuItem>
            </>
          )}
        </MenuContent>
      </Menu>
      {asking === 'copy' && <CopyDialog model={model} onClose={() => setAsking(null)} />}
      <RemoveModelDialog
        engine={model.engine}
        name={model.name}
        label={model.label}
        open={asking === 'remove'}
        onOpenChange={(open) => setAsking(open ? 'remove' : null)}
      />
    </span>
  )
}

function CopyDialog({ model, onClose }: { model: ConsoleModel; onClose: () => void }) {
  const [name, setName] = useState('')
  const [error, setError] = useState<string | null>(null)
  const { copy } = useModelActions()
  function submit(event: FormEvent) {
    event.preventDefault()
    const wanted = name.trim()
    if (!/^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/.test(wanted)) return setError(text.copyWrong)
    copy(model, wanted)
    onClose()
  }
  return (
    <Dialog open onOpenChange={onClose} title={text.copyTitle(model.label)}>
      <form onSubmit={submit} className="grid gap-4 px-5 pb-5">
        <Field label={text.copyName} help={text.copyHelp} error={error}>
          {(parts) => (
            <Input
              {...parts}
              autoFocus
              spellCheck={false}
              autoCapitalize="none"
              maxLength={300}
              value={name}
              className="font-mono"
              onChange={(event) => {
                setName(event.target.value)
                setError(null)
              }}
            />
          )}
        </Field>
        <footer className="flex justify-end gap-2">
          <Button look="ghost" onClick={onClose}>
            {messages.common.cancel}
          </Button>
          <Button type="submit" look="ink">
            {text.copy}
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}
