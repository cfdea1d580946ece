import { formatCount, formatTokens } from './format.ts'

const decapitalize = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1)

/** The words of one chat's settings, and of fields for values that are set or inherited. */
export const chatSettingsMessages = {
  title: 'Settings of this chat',
  systemPrompt: 'System prompt',
  systemPromptHelp: 'What the model is told before this conversation. Empty: the default.',
  temperature: 'Temperature',
  temperatureHelp: 'From 0, always the likeliest word, to 2, daring.',
  maxTokens: 'Longest answer',
  maxTokensHelp: 'An answer that reaches it can be continued.',
  context: 'Context budget',
  contextHelp: (window: number) =>
    `How much of the conversation the model sees, within its window of ${formatTokens(window)}.`,
  tokens: 'tokens',
  notKept: (label: string, typed: string, rule: string) =>
    `${label} stays as it was: ${typed} is not ${decapitalize(rule)}.`,
  isDefault: 'Default',
  fromEnvironment: 'Environment',
  fromOperator: (value: string | null) => (value === null ? 'Set by the operator' : `Set by the operator: ${value}`),
  fromModel: 'The model’s recommendation',
  setHere: 'Set here',
  notSaved: 'Not saved yet',
  toDefault: 'Reset to default',
  resetOne: (label: string) => `${label}: reset to default`,
  noSystemPrompt: 'None',
  contextHelpUnknown: 'How much of the conversation the model sees, within its window.',
  appliesNext: 'Applies from the next answer on.',
  resetAll: 'Reset all',
  numberBetween: (low: number, high: number) => `A number from ${formatCount(low)} to ${formatCount(high)}`,
  wholeBetween: (low: number, high: number) => `A whole number from ${formatCount(low)} to ${formatCount(high)}`,
} as const
