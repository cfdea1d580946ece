import { type FakeAnswer, startFakeOllama } from '@reynard/fake-ollama'
import { callTasks } from '../tools/tasks.ts'
import { callableNames } from './inviting-prompts.ts'

type Pick = <Item>(from: readonly Item[]) => Item

const values: readonly unknown[] = [
  ...['notes.txt', '../canary', '/etc/passwd', '', 'a\u0000b', 'x'.repeat(5_000), 'while(true){}', 'print(1)', '1+1'],
  ...[0, -1, 1e308, true, null, [], [[[]]], {}, { a: { b: { c: 1 } } }, 'https://example.org/', 'http://127.0.0.1/'],
]
const names = [
  'path',
  'content',
  'code',
  'pattern',
  'query',
  'url',
  'n',
  'from',
  'to',
  'edits',
  'sql',
  '__proto__',
  'x',
]
const scraps = [
  '{',
  '}',
  '"',
  '<tool_call>',
  '</tool_call>',
  '[TOOL_CALLS]',
  '```json',
  '<|python_tag|>',
  '{"name":',
  ' fox',
  '\n',
  '\ufffd',
  '\u202e',
  '<think>',
  '</think>',
  'null',
  '\\u0000',
]

/**
 * A model that says anything, and calls whatever it likes in whichever way: what a tiny model may come up with, by chance that the caller
 * can repeat. One of its two names has a format for calls, the other has none.
 */
export function startGarbageModel(pick: Pick) {
  const someArguments = () =>
    Object.fromEntries(Array.from({ length: pick([0, 1, 2, 3]) }, () => [pick(names), pick(values)]))
  /** What it was offered, as far as a call that fits is known. */
  let fitting: { name: string; arguments: Record<string, unknown> }[] = []
  const call = () =>
    fitting.length > 0 && pick([true, true, false])
      ? pick(fitting)
      : { name: pick(callableNames), arguments: someArguments() }
  const noise = () => Array.from({ length: pick([1, 8, 60]) }, () => pick(scraps)).join('')
  const written = () => {
    const { name, arguments: given } = call()
    return pick([
      `<tool_call>${JSON.stringify({ name, arguments: given })}</tool_call>`,
      `<tool_call>${JSON.stringify({ name, arguments: given }).slice(0, 20)}`,
      `[TOOL_CALLS][${JSON.stringify({ name, arguments: given })}]`,
      `{"action":${JSON.stringify(name)},"arguments":${JSON.stringify(given)}}`,
      `\`\`\`json\n${JSON.stringify({ name, parameters: given })}\n\`\`\``,
      `${name}(${JSON.stringify(given)})`,
    ])
  }
  const answers: (() => FakeAnswer)[] = [
    () => ({ text: 'A plain answer.' }),
    () => ({ text: '' }),
    () => ({ text: noise() }),
    () => ({ text: written() }),
    () => ({ text: `${noise()}${written()}`, doneReason: 'length' }),
    () => ({ reasoning: noise(), text: written() }),
    () => ({ toolCalls: [call()] }),
    () => ({ text: noise(), toolCalls: [call(), call(), call()], toolCallsIn: pick(['stream', 'last'] as const) }),
  ]
  return startFakeOllama({
    parallel: 8,
    models: [
      { name: 'garbage-with-tools:latest', capabilities: ['completion', 'tools'] },
      { name: 'garbage:latest', capabilities: ['completion'] },
    ],
    answer({ tools, format }) {
      const offered = JSON.stringify([tools, format])
      fitting = callTasks.flatMap((task) =>
        task.tool !== null && offered.includes(`"${task.tool}"`) ? { name: task.tool, arguments: task.call } : [],
      )
      if (format === undefined || format === null) return pick(answers)()
      const { name: action, arguments: given } = call()
      return { text: pick([JSON.stringify({ action, arguments: given }), '{"action":"answer"}', noise()]) }
    },
  })
}
