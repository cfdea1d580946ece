import { formatBytes, formatCount } from './format.ts'

/** Why a file was not taken as an assistant. They come with the reading of it. */
export const assistantImportMessages = {
  emptyFile: 'This file is empty.',
  notJson: 'This file is not JSON. Choose one that “Export as JSON” of an assistant made.',
  noAssistant:
    'This file holds no assistant. It has neither a name nor instructions; choose one that “Export as JSON” made.',
  tooLarge: (bytes: number, most: number) =>
    `This file is too large for an assistant: ${formatBytes(bytes)}, and ${formatBytes(most)} is the most.`,
  wrong: (field: string, why: string, others: number) =>
    `This assistant was not taken. ${field}: ${why}${others === 0 ? '' : others === 1 ? ' And one field more is wrong.' : ` And ${formatCount(others)} fields more are wrong.`}`,
  fields: {
    name: 'Name',
    letter: 'Avatar letter',
    picture: 'Picture',
    description: 'What it is for',
    instructions: 'Instructions',
    model: 'Model',
    parameters: 'Parameters',
    temperature: 'Temperature',
    maxTokens: 'Longest answer',
    tools: 'Tools',
  } as Record<string, string>,
  rule: (tool: string) => `Rule for ${tool}`,
  missing: 'It is missing.',
  mustBe: (type: string) =>
    ({
      string: 'It must be text.',
      number: 'It must be a number.',
      int: 'It must be a whole number.',
      object: 'It must be a group of named values.',
      record: 'It must be a group of named values.',
    })[type] ?? 'It has the wrong kind of value.',
  longest: (most: number) => `It holds ${formatCount(most)} characters at most.`,
  most: (most: number) => `It must be ${formatCount(most)} at most.`,
  least: (least: number) => `It must be ${formatCount(least)} at least.`,
  empty: 'It is empty.',
  oneOf: (values: string[]) => `It must be one of ${values.join(', ')}.`,
  malformed: 'It is not written as it must be.',
} as const
