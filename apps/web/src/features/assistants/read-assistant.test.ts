import { expect, test } from 'vitest'
import { readAssistant } from './read-assistant.ts'

const gardener = { name: 'Gardener', letter: 'G', instructions: 'You know plants.' }
const why = (value: unknown) => readAssistant(typeof value === 'string' ? value : JSON.stringify(value))

test('takes an assistant as an export writes it', () => {
  expect(why(gardener)).toEqual({
    definition: { ...gardener, picture: null, description: '', model: null, parameters: {}, tools: {} },
  })
})

test.each([
  ['hello', 'This file is not JSON.'],
  ['', 'This file is empty.'],
  [[], 'This file holds no assistant.'],
  [{ chats: [] }, 'This file holds no assistant.'],
])('says what a file is that holds none: %j', (value, problem) => {
  expect(why(value)).toEqual({ problem: expect.stringContaining(problem) })
})

test.each([
  [{ name: ' ' }, 'Name: Give it a name.'],
  [{ name: 'x'.repeat(61) }, 'Name: A name holds 60 characters at most.'],
  [{ instructions: undefined }, 'Instructions: It is missing.'],
  [{ letter: 'GG' }, 'Avatar letter: The mark holds one letter.'],
  [{ picture: 'https://example.org/fox.png' }, 'Picture: A picture is a square PNG or WebP of 512 pixels at most.'],
  [{ description: 'x'.repeat(301) }, 'What it is for: A description holds 300 characters at most.'],
  [{ description: 7 }, 'What it is for: It must be text.'],
  [{ model: '../etc' }, 'Model: A model name has letters, digits and ._:/@+- only.'],
  [{ parameters: { temperature: 9 } }, 'Temperature: It must be 2 at most.'],
  [{ parameters: { maxTokens: 0 } }, 'Longest answer: It must be 1 at least.'],
  [{ parameters: { maxTokens: 'many' } }, 'Longest answer: It must be a number.'],
  [{ tools: { read_file: 'always' } }, 'Rule for read_file: It must be one of default, ask, off.'],
  [{ tools: { 'rm -rf': 'off' } }, 'Rule for rm -rf: It is not written as it must be.'],
  [{ tools: [] }, 'Tools: It must be a group of named values.'],
])('says which field is wrong, and why: %j', (change, problem) => {
  expect(why({ ...gardener, ...change })).toEqual({ problem: expect.stringContaining(problem) })
})

test('counts what else is wrong, and shows nothing of a hostile name that a page could not', () => {
  expect(why({ ...gardener, name: '', letter: '', model: '!' })).toEqual({
    problem: 'This assistant was not taken. Name: Give it a name. And 2 fields more are wrong.',
  })
  expect(why({ ...gardener, tools: { ['x\u202e'.repeat(400)]: 'off' } })).toEqual({
    problem: expect.not.stringContaining('\u202e'),
  })
})
