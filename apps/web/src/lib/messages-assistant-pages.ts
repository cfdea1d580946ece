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
  importBroken: 'This file holds no assistant.',
  imported: (name: string) => `Imported ${name}`,
  copyOf: (name: string) => `${name}, copy`,
  back: 'Assistants',

  newTitle: 'New assistant',
  name: 'Name',
  letter: 'Letter in its mark',
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
  rule: (tool: string) => `Rule for ${tool}`,
  rules: { off: 'Off', default: 'When needed', ask: 'Ask always' },
  groups: {
    search: 'Search',
    file_ops: 'Files',
    code_execution: 'Running code',
    data_analysis: 'Data',
    code_analysis: 'Code',
    testing: 'Tests',
    documentation: 'Documentation',
    version_control: 'Versions',
    memory: 'Memory',
  },
  nameMissing: 'Give it a name.',
  save: 'Save',
  saved: (name: string) => `Saved ${name}`,
  chatHelp: 'Who answers in this chat.',
} as const
