import { formatBytes, formatCount, formatDuration, formatSpeed, formatTokens } from './format.ts'
import { assistantMessages } from './messages-assistants.ts'

const plural = (count: number, one: string, many: string) => `${formatCount(count)} ${count === 1 ? one : many}`

/** Every word of the interface, by feature; the words of a part that comes later stand in a file beside this one and come with it. Texts with numbers are functions, so that another language can order them differently. */
export const messages = {
  common: {
    appName: 'Reynard',
    cancel: 'Cancel',
    close: 'Close',
    dismiss: 'Dismiss',
    undo: 'Undo',
    save: 'Save',
    tryAgain: 'Try again',
    tryNow: 'Try now',
    more: 'More',
    copied: 'Copied',
    delete: 'Delete',
    rename: 'Rename',
    failed: 'That did not work. The server said nothing more.',
  },

  shell: {
    newChatSettings: 'Settings of the new chat',
    changedSettings: (label: string) => `${label}, changed`,
    skip: 'Skip to the conversation',
    sidebar: 'Chats',
    main: 'Conversation',
    newChat: 'New chat',
    search: 'Search',
    settings: 'Settings',
    admin: 'Admin',
    showSidebar: 'Show sidebar',
    hideSidebar: 'Hide sidebar',
    openSidebar: 'Open chats',
    renameChat: 'Rename this chat',
    chatTitle: 'Title of this chat',
    chatSettings: 'Settings of this chat',
    pageTitle: (title: string) => `${title} · Reynard`,
    workspace: 'Workspace',
    connection: 'Connection',
    offline: 'No connection to the server.',
    kept: 'What is here is kept.',
    noNetwork: 'No connection.',
    goesOn: 'The answer goes on without you.',
    retryingIn: (seconds: number | null) => (seconds === null ? 'Trying again.' : `Trying again in ${seconds} s.`),
  },

  assistants: assistantMessages,

  sidebar: {
    pinned: 'Pinned',
    today: 'Today',
    yesterday: 'Yesterday',
    lastWeek: 'Last 7 days',
    apiChats: 'API chats',
    backToChats: 'Back to chats',
    live: 'Answering now',
    waits: 'Interrupted, waits for you',
    approval: (wants: string | null) => (wants === null ? 'Asks you something, waits' : `Wants to ${wants}`),
    failed: 'Failed, waits for you',
    unread: 'New answer',
    pin: 'Pin',
    unpin: 'Unpin',
    exportMarkdown: 'Export as Markdown',
    exportJson: 'Export as JSON',
    exportAll: 'Export all chats',
    importChats: 'Import chats',
    rowActions: (title: string) => `More for ${title}`,
    renameField: (title: string) => `New title for ${title}`,
    deleted: (title: string) => `Deleted “${title}”`,
    imported: (count: number, skipped: number) => {
      if (skipped === 0) return `Imported ${plural(count, 'chat', 'chats')}`
      if (count > 0) return `Imported ${plural(count, 'chat', 'chats')}, ${plural(skipped, 'was', 'were')} here already`
      return skipped === 1
        ? 'The chat of this file is here already'
        : `All ${formatCount(skipped)} chats of this file are here already`
    },
    importBroken: 'This file holds no chats that Reynard exported. Those of other apps cannot be read.',
    importMarkdown: 'Markdown is for reading and cannot be imported. Export as JSON to import again.',
    empty: 'No chats yet. What you write is kept on this machine.',
    emptyApi: 'No calls yet. Chats that other programs start over the API stand here.',
    loadFailed: 'The chats could not be read.',
  },

  engine: {
    none: 'No engine answers',
    noneDetail: 'Choose a model',
    noModel: 'No model yet',
    onItsWay: 'A model is on its way',
    downloadFailed: (label: string) => `${label} was not downloaded`,
    paused: (label: string) => `${label} is paused`,
    connecting: 'Asking the server',
    offline: 'Server not reached',
    retrying: 'Trying again',
    moment: 'One moment',
    idle: (models: number) =>
      models === 0 ? 'Idle, no model in memory' : `Idle, ${plural(models, 'model', 'models')} in memory`,
    answering: (answers: number, free: number) =>
      `${plural(answers, 'answer', 'answers')} under way, ${free === 0 ? 'no room for more' : `room for ${formatCount(free)} more`}`,
    queued: (count: number) => `${plural(count, 'question waits', 'questions wait')}`,
    downloading: (label: string, percent: number | null) =>
      percent === null ? `Downloading ${label}` : `Downloading ${label}, ${percent}%`,
  },

  palette: {
    title: 'Search and commands',
    placeholder: 'Search chats and commands',
    chats: 'Chats',
    actions: 'Do',
    places: 'Go to',
    empty: (query: string) => `Nothing holds “${query}”. Try fewer or other words.`,
    results: (count: number, ms: number | null) =>
      ms === null ? plural(count, 'result', 'results') : `${plural(count, 'result', 'results')}, ${Math.round(ms)} ms`,
    move: 'move',
    open: 'open',
    changeModel: 'Change model',
    shortcuts: 'Show the keys',
    theme: { light: 'Use the light theme', dark: 'Use the dark theme', system: 'Follow the system’s theme' },
    models: 'Models and downloads',
    personal: 'Settings',
    filter: 'Content filter',
  },

  models: {
    choose: 'Choose a model',
    list: 'Models',
    find: 'Find a model',
    ready: 'Ready now',
    loadsFirst: 'Loads first',
    notHere: 'Not here yet',
    none: 'No model by that name. More can be downloaded under Models.',
    noModels: 'No model is here yet.',
    get: 'Get more models',
    toolsFromList: 'Tools chosen from a list, one a step',
    context: (tokens: number) => `${formatTokens(tokens)} context`,
    contextOf: (tokens: number, max: number) => `${formatTokens(tokens)} of ${formatTokens(max)} context`,
    capability: { tools: 'tools', thinking: 'thinking', vision: 'reads images' },
    speed: formatSpeed,
    about: (ms: number) => `about ${formatDuration(ms)}`,
    folder: 'Models folder',
    folderHint: 'A GGUF file put there shows up here by itself.',
    slots: (engine: string, free: number, total: number) =>
      free === total
        ? `${engine}, answers ${formatCount(total)} at once`
        : `${engine}, ${free === 0 ? 'no room for more' : `room for ${formatCount(free)} more`}`,
  },

  downloads: {
    title: (label: string) => `Downloading ${label}`,
    state: {
      waiting: 'Waits for its turn',
      running: 'Downloading',
      paused: 'Paused',
      checking: 'Checking the file',
      done: 'Here',
      failed: 'Failed',
      cancelled: 'Cancelled',
    },
    speed: (bytesPerSecond: number) => `${formatBytes(bytesPerSecond)}/s`,
    left: (ms: number) => `about ${formatDuration(ms)} left`,
    goesOn: 'Goes on if you close this page.',
    pause: 'Pause',
    resume: 'Go on',
    cancel: 'Cancel',
    dismiss: 'Dismiss',
    failed: (label: string) => `${label} was not downloaded. Why stands under Models.`,
    retry: 'Try again',
    percent: (percent: number) => `${percent}%`,
    timeLeft: (ms: number) => `${formatDuration(ms)} left`,
  },

  composer: {
    sendsWhenReady: 'Sends as soon as the model is ready',
    tooLong: (used: number, budget: number) =>
      `Longer than the window: about ${formatTokens(used)} of ${formatTokens(budget)} tokens. The model would see a part of it. Shorten it, attach it as a file, or choose another model.`,
    overLimit: (characters: number, most: number) =>
      `${formatCount(characters)} characters: a message holds ${formatCount(most)} at most.`,
    attachAsFile: 'Attach it as a file',
    choosesTools: (model: string, assistant: string) =>
      `${model} was not made to call tools. ${assistant} lets it choose one step by step; small models often choose wrong.`,
    field: 'Message',
    attach: 'Attach files',
    placeholder: 'Write a message',
    reply: 'Reply, or wait for the answer',
    answerAbove: 'Answer the request above, or write what comes next',
    send: 'Send',
    /** The question, where there are only files. */
    filesAlone: 'What is in the attached files?',
    stop: 'Stop',
    queue: 'Send when this answer ends',
    stopFailed: 'The answer could not be stopped. The server was not reached.',
    notReached: 'The server was not reached. Your text is kept here.',
    tryAgainIn: (seconds: number) => `Try again in ${seconds} s`,
    queued: 'Next message',
    sendsAtEnd: 'Sends when this answer ends',
    heldBack: 'Waits for you: the answer did not finish. Sends when that goes on, or now.',
    sendsWhenReached: 'Kept here until the server is reached',
    sendNow: 'Send now',
    edit: 'Edit',
    remove: 'Remove',
    contextWindow: 'Context window',
    contextLabel: (used: number, budget: number, isAbout: boolean) =>
      `Context window: ${isAbout ? 'about ' : ''}${formatTokens(used)} of ${formatTokens(budget)} tokens used`,
    contextUsed: (used: number, budget: number, isAbout: boolean) =>
      `${isAbout ? 'about ' : ''}${formatTokens(used)} of ${formatTokens(budget)}`,
    contextOf: (budget: number) => `of ${formatTokens(budget)}`,
    instructions: 'Instructions',
    conversation: 'Conversation',
    draft: 'What you are about to send',
    keptFree: 'Kept free for the answer',
    leftOut: (count: number) => `Left out, ${plural(count, 'message', 'messages')}`,
    aboutHelp: 'About: the model counts exactly when it reads.',
  },

  newChat: {
    question: 'What are you working on?',
    starter: (model: string, note: string) => `${model}: ${note.replace(/\.$/, '')}.`,
    better: 'Get a better model',
    ollamaEmpty: (model: string) => `Ollama is running, but has no model, so ${model} answers.`,
    pull: 'Pull one',
    open: 'Waits for you',
    continue: 'Continue',
    look: 'Look',
    decide: 'Decide',
    today: (time: string) => `at ${time}`,
    yesterday: (time: string) => `yesterday at ${time}`,
    onDay: (day: string) => `on ${day}`,
    interrupted: 'Interrupted',
    failed: 'Failed',
    approval: (wants: string | null) => (wants === null ? 'Asks whether it may go on' : `Wants to ${wants}`),
    asked: (when: string) => `asked ${when}`,
  },

  help: {
    title: 'Help',
    back: 'Back to the chat',
    backToApp: 'Back to Reynard',
    section: 'When something does not work',
    settingsHelp: 'What can go wrong, what it means, and what helps.',
    open: 'Open the help',
  },

  errors: {
    pageTitle: 'This page broke',
    page: 'Your chats are safe on the server, and running answers go on.',
    reload: 'Load it again',
    notFoundTitle: 'There is nothing here',
    notFound: 'The chat was deleted, or the address has a mistake.',
    toNewChat: 'Start a new chat',
  },
} as const
