/** The words of choosing an assistant; those of making one are in messages-assistant-pages.ts. */
export const assistantMessages = {
  title: 'Assistants',
  choose: 'Choose an assistant',
  list: 'Assistants',
  find: 'Find an assistant',
  none: 'Assistant',
  nobody: 'Only the model',
  theModel: 'The model',
  nobodyHelp: 'Answers by itself, without tools or files',
  noneFound: 'No assistant by that name.',
  manage: 'Make and change assistants',
  writeToOnly: (name: string) => `Write to ${name}`,
  writeTo: (name: string) => `Write to ${name}, or type @ for another assistant`,
  writeOrChoose: (model: string) => `Write to ${model}, or type @ for an assistant`,
  writeAny: 'Write a message, or type @ for an assistant',
  isWriting: (name: string) => `${name} is writing`,
} as const
