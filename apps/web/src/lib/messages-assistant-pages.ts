import { formatCount } from './format.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`

/** The words of making and changing assistants. They come with their pages. */
export const assistantPageMessages = {
  sentence:
    'An assistant has instructions, a model and tools. What it does with them shows in the chat, and what it may not do by itself it asks for.',
  help: 'Who answers with which instructions and tools.',
  open: 'Open assistants',
  off: 'Assistants are switched off on this server.',
  toolsOff: 'Tools are switched off on this server: assistants answer without any.',
  switchOn: 'Where it is switched on',
  builtIn: 'Came with Reynard',
  facts: (tools: number, model: string | null) =>
    [tools === 0 ? 'no tools' : plural(tools, 'tool', 'tools'), model].filter((fact) => fact !== null).join(', '),
  create: 'New assistant',
  import: 'Import',
  edit: (name: string) => `Edit ${name}`,
  more: (name: string) => `More for ${name}`,
  duplicate: 'Duplicate',
  export: 'Export as JSON',
  delete: 'Delete',
  deleted: (name: string) => `Deleted the assistant “${name}”`,
  /** `shipped`: whose name it had. What is not here it does without. */
  imported: (name: string, shipped: string | null, missing: { tools: readonly string[]; model: string | null }) => {
    const { tools, model } = missing
    const named = tools.length > 4 ? `${tools.slice(0, 3).join(', ')} and ${tools.length - 3} more` : tools.join(', ')
    return [
      shipped === null ? `Imported ${name}` : `Imported as “${name}”: ${shipped} came with the server`,
      ...(tools.length > 0 ? [`Left out, not on this server: ${named}`] : []),
      ...(model === null ? [] : [`Its model ${model} is not here; choose another one`]),
    ].join('. ')
  },
  copyOf: (name: string) => `${name}, copy`,
  back: 'Assistants',

  newTitle: 'New assistant',
  name: 'Name',
  letter: 'Avatar letter',
  choosePicture: 'Choose a picture',
  changePicture: 'Change the picture',
  removePicture: 'Use the letter',
  pictureHelp: 'Shown instead of the letter, cut to a square.',
  pictureUnreadable: 'This file is no picture that your browser can read, or too large. Choose a PNG, JPEG or WebP.',
  description: 'What it is for',
  descriptionHelp: 'One line, shown where one chooses.',
  instructions: 'Instructions',
  instructionsHelp: 'What the model is told before each conversation.',
  model: 'Model',
  anyModel: 'Whichever answers the chat',
  missingModel: (name: string) => `${name} (not here now)`,
  tools: 'Tools',
  toolsHelp:
    'When needed: it asks before it changes what you brought, or leaves this machine. Ask always: before each use.',
  noTools: 'This server has no tools.',
  ruleOfAll: (group: string) => `Rule for all tools of ${group}`,
  rule: (tool: string) => `Rule for ${tool}`,
  rules: { off: 'Off', default: 'When needed', ask: 'Ask always' },
  nameMissing: 'Give it a name.',
  save: 'Save',
  saved: (name: string) => `Saved ${name}`,
  discard: 'Discard',
  discarded: 'Discarded the changes',
  notSaved: 'Not saved. It is kept here until you save or discard it.',
  view: (name: string) => `Look at ${name}`,
  version: (version: number) => `Version ${version} of its instructions`,
  readOnly: 'It came with Reynard and stays as it is. A copy of it is yours to change.',
  noInstructions: 'None.',
  gone: 'The assistant was deleted, or the address has a mistake.',
  toAll: 'All assistants',
  alreadyHere: (name: string) => `${name} is here already, just as in the file`,
  numbered: (name: string, number: number) => `${name} (${number})`,
  chatHelp: 'Who answers in this chat.',
} as const
