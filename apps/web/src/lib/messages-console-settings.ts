import { formatCount } from './format.ts'

/** The words of the console's settings. */
export const consoleSettingsMessages = {
  title: 'Settings',
  palette: 'Admin: settings',
  control: 'Control',
  find: 'Find a setting',
  sectionsLabel: 'Sections',
  sections: {
    engine: 'Engine and queue',
    chats: 'Defaults for chats',
    tools: 'Assistants and tools',
    limits: 'Limits',
    data: 'Data and backups',
    web: 'Web search',
    filter: 'Content filter',
    environment: 'Environment only',
  },
  leads: {
    engine: 'Where models run, and how many answers they give at once.',
    chats: 'What applies where a chat or an assistant says nothing itself.',
    tools: 'What assistants may do, and how far one answer goes.',
    limits: 'How much one person may ask for.',
    data: 'How long things are kept.',
    web: 'Who is asked when an assistant searches the web.',
    filter: 'What is blocked or redacted of what people and models write, and a test for it.',
    environment: 'What only the machine can say. A change there counts from the next start on.',
  },
  environmentWins: 'A value from the environment wins over one set here. No change needs a restart.',
  none: (query: string) => `No setting matches “${query}”.`,
  effects: {
    'at once': 'Counts at once.',
    'next answer': 'Counts from the next answer on.',
    'next call': 'Counts from the next call on.',
  },
  locked: (variable: string) =>
    `Fixed by ${variable} in the environment or .env. Take it out there and start again to change it here.`,
  notSet: 'Not set',
  chosenBySelf: 'Chosen by Reynard',
  engines: { auto: 'Automatic', ollama: 'Ollama', embedded: 'Embedded', openai: 'Other server' } as Record<
    string,
    string
  >,
  atMost: (most: number) => `At most ${formatCount(most)} characters.`,
  number: (low: number, high: number, isWhole: boolean) =>
    `${isWhole ? 'A whole number' : 'A number'} from ${formatCount(low)} to ${formatCount(high)}.`,
  noDeadlines: 'None: each tool has its own.',
  deadlines: 'Set them with the tools',
  openFilter: 'Open the filter',
  secretSet: 'Set, and never shown',
  secretNotSet: 'Not set',
  byDefault: (fallback: string) => (fallback === '' ? 'Not set' : fallback),
  refused: 'The settings could not be read.',
  toConsole: 'Server settings',
  toConsoleHelp: 'Engines, defaults, tools, limits and web search, for everybody on this server.',
  openConsole: 'Open the console',
} as const
