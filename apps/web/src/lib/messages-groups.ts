import type { Resource, ToolEffect } from '@reynard/protocol'

const kinds: Record<Resource['kind'], string> = {
  model: 'Model',
  assistant: 'Assistant',
  tool: 'Tool',
  'tool-group': 'Group of tools',
}
const effects: Record<Exclude<ToolEffect, 'read'>, string> = {
  write: 'that write files',
  execute: 'that run code',
  network: 'that reach the network',
}

/** The words of the console's groups. */
export const groupMessages = {
  title: 'Groups',
  palette: 'Admin: groups',
  refused: 'Groups are closed to you.',
  help: 'A group is people for whom the same holds: which models, assistants and tools they may use, and what they are asked about.',
  newGroup: 'New group',
  none: 'No groups yet.',
  noneHelp:
    'Everybody may use everything that is not switched off. Make a group to give something to some people alone.',
  localHelp:
    'Groups tell people apart, and nobody signs in here yet: create the first account under Settings, Account.',
  name: 'Name',
  description: 'What it is for',
  create: 'Create group',
  save: 'Save',
  cancel: 'Cancel',
  change: 'Rename',
  changeOne: (name: string) => `Rename ${name}`,
  remove: 'Remove',
  removeOne: (name: string) => `Remove the group ${name}`,
  removeSure: (name: string) =>
    `What was for ${name} alone is for nobody then, until you say otherwise. Its people stay, and keep what is theirs.`,
  removed: (name: string) => `Removed ${name}`,
  members: (count: number) => (count === 0 ? 'Nobody is in it.' : count === 1 ? '1 person' : `${count} people`),
  addMember: (group: string) => `Add somebody to ${group}`,
  add: 'Add somebody…',
  takeOut: (name: string, group: string) => `Take ${name} out of ${group}`,
  asks: 'Its people are asked before each call of tools',
  effects,
  asksOf: (group: string, effect: string) => `Ask people of ${group} before tools ${effect}`,
  access: 'For some groups alone',
  accessHelp: 'What does not stand here is for everybody. For no group at all means that it is off for all.',
  newRule: 'Set who may use something',
  noRules: 'Everything is for everybody.',
  kind: 'What',
  kinds,
  which: 'Which one',
  whom: 'Who may use it',
  nobody: 'Nobody',
  everybodyAgain: 'For everybody again',
  everybodyAgainOne: (name: string) => `${name}: for everybody again`,
  changeRule: (name: string) => `Change who may use ${name}`,
  changeWho: 'Change',
  nothingThere: 'There is none on this server.',
  saved: 'Saved',
} as const
