import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { call, echoTool, takeTurn } from './testing/turn-fixture.ts'
import { createTextCallScanner } from './text-calls.ts'

const isTool = (name: string) => name === 'echo' || name === 'look'

/** What comes out when the pieces go in one after the other. */
function scanned(pieces: string[]) {
  const scanner = createTextCallScanner(isTool)
  const outs = [...pieces.map((piece) => scanner.push(piece)), scanner.end()]
  return { text: outs.map((out) => out.text).join(''), calls: outs.flatMap((out) => out.calls) }
}

const given = { text: 'a "b"\n{c}' }
const json = JSON.stringify({ name: 'echo', arguments: given })

describe('a call written as text', () => {
  test.each([
    ['between tags', `<tool_call>\n${json}\n</tool_call>`],
    ['between tags, the last one forgotten', `<tool_call>${json}`],
    ['with parameters for arguments', `<tool_call>{"name":"echo","parameters":${JSON.stringify(given)}}</tool_call>`],
    ['as a list between tags', `<|tool_call|>[${json}]<|/tool_call|>`],
    ['in a fence', `\`\`\`json\n${json}\n\`\`\``],
    ['in a fence without a language', `\`\`\`\n${json}\n\`\`\``],
    ['after a mark', `[TOOL_CALLS] [${json}]`],
    ['after a python tag', `<|python_tag|>${json}`],
    ['as nothing but JSON', json],
    ['as the API has it', `<tool_call>{"type":"function","function":${json}}</tool_call>`],
    ['with its line breaks left raw', `<tool_call>${json.replace('\\n', '\n')}</tool_call>`],
    ['as Python writes a dictionary', `<tool_call>{'name': 'echo', 'arguments': {'text': 'a "b"\\n{c}'}}</tool_call>`],
    ['between other tags', `<function_call>${json}</function_call>`],
    ['between tags for tools', `<tools>\n${json}\n</tools>`],
    ['as GLM has it', `<tool_call>echo\n<arg_key>text</arg_key>\n<arg_value>${given.text}</arg_value>\n</tool_call>`],
    ['as a tag that invokes', `<invoke name="echo"><parameter name="text">${given.text}</parameter></invoke>`],
    [
      'as tags that invoke within their wrapper',
      `<function_calls>\n<invoke name="echo">\n<parameter name="text">${given.text}</parameter>\n</invoke>\n</function_calls>`,
    ],
    ['as a call behind a python tag', `<|python_tag|>echo(text="a \\"b\\"\\n{c}")`],
    ['as a method behind a python tag', `<|python_tag|>echo.call(text="a \\"b\\"\\n{c}")<|eom_id|>`],
    ['as Gemma has it', `\`\`\`tool_code\nprint(default.echo(text='a "b"\\n{c}'))\n\`\`\``.replace('default.', '')],
    ['with a brace forgotten', `<tool_call>${json.slice(0, -1)}`],
  ])('%s is found, wherever the text is cut', (_how, written) => {
    for (const before of written.startsWith('{') ? ['', ' \n'] : ['', 'I look.\n', 'Use `x` < 3 [1]: ']) {
      const expected = { text: before, calls: [{ name: 'echo', arguments: given }] }
      expect(scanned([before + written])).toEqual(expected)
      expect(scanned([...(before + written)])).toEqual(expected)
    }
  })

  test.each([
    ['within a list', `{"tool_calls": [{"type": "function", "function": ${json}}]}`],
    ['within an object', `{"tool_call": ${json}}`],
    ['as Llama has it', `[echo(text="a \\"b\\"\\n{c}")]`],
  ])('%s is found as a whole answer, wherever it is cut', (_how, written) => {
    const expected = { text: '', calls: [{ name: 'echo', arguments: given }] }
    expect(scanned([written])).toEqual(expected)
    for (let at = 1; at < written.length; at += 1) {
      expect(scanned([written.slice(0, at), written.slice(at)])).toEqual(expected)
    }
    expect(scanned([...written])).toEqual(expected)
  })

  test.each([
    [
      'by DeepSeek',
      `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>echo\n\`\`\`json\n${JSON.stringify(given)}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    ],
    [
      'by DeepSeek, later',
      `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>echo<｜tool▁sep｜>${JSON.stringify(given)}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    ],
    [
      'by Kimi',
      `<|tool_calls_section_begin|><|tool_call_begin|>functions.echo:0<|tool_call_argument_begin|>${JSON.stringify(given)}<|tool_call_end|><|tool_calls_section_end|>`,
    ],
    [
      'by harmony',
      `<|channel|>commentary to=functions.echo <|constrain|>json<|message|>${JSON.stringify(given)}<|call|>`,
    ],
    [
      'by DeepSeek, with a fence that it closes',
      `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>echo\n\`\`\`json\n${JSON.stringify(given)}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    ],
    [
      'by harmony, its recipient first',
      `<|start|>assistant to=functions.echo<|channel|>commentary json<|message|>${JSON.stringify(given)}<|call|>`,
    ],
    [
      'by harmony, behind what it thought',
      `<|channel|>analysis<|message|>I need a {tool}.<|end|><|start|>assistant<|channel|>commentary to=functions.echo <|constrain|>json<|message|>${JSON.stringify(given)}<|call|>`,
    ],
    [
      'by harmony, behind what it thought, its recipient first',
      `<|start|>assistant<|channel|>analysis<|message|>So.<|end|>\n<|start|>assistant to=functions.echo<|channel|>commentary <|constrain|>json<|message|>${JSON.stringify(given)}<|call|>`,
    ],
    ['by name and JSON', `[TOOL_CALLS]echo${JSON.stringify(given)}`],
    ['with a mark for its arguments', `[TOOL_CALLS]echo[ARGS]${JSON.stringify(given)}`],
    ['as a function tag', `<function=echo>${JSON.stringify(given)}</function>`],
  ])('%s keeps its arguments as they were written', (_how, written) => {
    const expected = { text: 'So: ', calls: [{ name: 'echo', arguments: JSON.stringify(given) }] }
    expect(scanned(['So: ', written])).toEqual(expected)
    expect(scanned([...`So: ${written}`])).toEqual(expected)
    for (let at = 1; at < written.length; at += 1) {
      expect(scanned([`So: ${written.slice(0, at)}`, written.slice(at)])).toEqual(expected)
    }
  })

  it('may be XML inside', () => {
    const written = '<tool_call>\n<function=echo>\n<parameter=text>\na\nb\n</parameter>\n</function>\n</tool_call>'
    expect(scanned([...written])).toEqual({ text: '', calls: [{ name: 'echo', arguments: { text: 'a\nb' } }] })
  })

  it('may be followed by more of them, and by text', () => {
    const written = `<tool_call>${json}</tool_call>\n<tool_call>{"name":"look"}</tool_call>\nThere.`
    const expected = {
      text: 'There.',
      calls: [
        { name: 'echo', arguments: given },
        { name: 'look', arguments: {} },
      ],
    }
    expect(scanned([written])).toEqual(expected)
    expect(scanned([...written])).toEqual(expected)
  })

  it('that is broken beyond repair is a call with no arguments that anybody could read', () => {
    const written = '<tool_call>{"name": "echo", "arguments": {"text" = a}}</tool_call>'
    expect(scanned([...written])).toEqual({ text: '', calls: [{ name: 'echo', arguments: null }] })
  })
})

describe('text that is no call', () => {
  test.each([
    'In JSON: ```json\n{"name": "Bob", "age": 3}\n``` and so on.',
    '```json\n{"name": "echo", "arguments": {}}\nand more\n```',
    '{"name": "Bob"}',
    '```json\n{"name": "echo", "arguments": {}}\n```\nis how a call is written.',
    '[echo(text="a")] is how it is written.',
    '[echo](https://example.org) is a link.',
    '<invoke name="other"></invoke> and <tools>, <function_call>, <|channel|>analysis',
    '```tool_code\nother(text="a")\n```',
    '<|channel|>analysis<|message|>Nothing to call.<|end|><|start|>assistant<|channel|>final<|message|>Hi<|return|>',
    '<|channel|>analysis<|message|>Cut off',
    '<|python_tag|>print("hello")',
    '<|python_tag|>other.call(text="a")',
    '<function_calls> is a tag; <function_calls><invoke name="other"></invoke></function_calls> calls other.',
    '<|start|>assistant to=functions.other<|channel|>commentary json<|message|>{}<|call|>',
    '<|tool_calls_section_begin|> is a mark, <｜tool▁calls▁begin｜> too.',
    '{"tool_calls": []}',
    '[1, 2, 3] is a list.',
    'Write <tool_call>{"name": "other", "arguments": {}}</tool_call> to call other.',
    '<tool_call>{"arguments": {}, "name": "other"}</tool_call>',
    '<tool_call> is a tag, <function=other>{}</function> too.',
    '[TOOL_CALLS] is a token; [TOOL_CALLS]other{} too',
    'a < b, a <t, `code`, ``` and [T',
    '<tool_call>',
    '```',
    '   ',
  ])('%j comes out as it went in', (text) => {
    expect(scanned([text])).toEqual({ text, calls: [] })
    expect(scanned([...text])).toEqual({ text, calls: [] })
  })

  it('is let go when it has become longer than any call', () => {
    const scanner = createTextCallScanner(isTool)
    const begin = '<tool_call>{"name": "echo", "arguments": {"text": "'
    const words = 'word '.repeat(300)
    let shown = scanner.push(begin).text
    for (let i = 0; i < 80; i += 1) shown += scanner.push(words).text
    expect(shown.startsWith(begin)).toBe(true)
    expect(shown + scanner.end().text).toBe(begin + words.repeat(80))
  })

  it('goes on at once where prose names a mark', () => {
    const scanner = createTextCallScanner(isTool)
    const text = 'Between <tool_call> and its end, <invoke name=x> and [echo] are prose, '
    expect([...text].map((each) => scanner.push(each).text).join('')).toBe(text)
  })

  it('after an example in a fence is shown as it comes, however long that was', () => {
    const scanner = createTextCallScanner(isTool)
    const fence = `\`\`\`json\n${JSON.stringify({ name: 'echo', arguments: { text: 'x'.repeat(600) } })}\n\`\`\`\n`
    expect(scanner.push(fence)).toEqual({ text: '', calls: [] })
    expect(scanner.push('That').text).toBe(`${fence}That`)
    expect(scanner.push(' is it').text).toBe(' is it')
  })

  it('is held back no longer than it may begin a call', () => {
    const scanner = createTextCallScanner(isTool)
    const seen = ['Hi ', '<', 'b> ', '```', 'json\n', '{"na', 'me": "B', 'ob"', ', "x": 1}'].map(
      (piece) => scanner.push(piece).text,
    )
    expect(seen).toEqual(['Hi ', '', '<b> ', '', '', '', '', '```json\n{"name": "Bob"', ', "x": 1}'])
  })
})

const fragment = fc.constantFrom(
  ...[
    '<tool_call>',
    '</tool_call>',
    '```json\n',
    '```',
    '[TOOL_CALLS]',
    '<function=echo>',
    '</function>',
    '<|python_tag|>',
    '<function_call>',
    '<invoke name="echo">',
    '</invoke>',
    '<|tool_calls_section_begin|>',
    '<|tool_call_begin|>functions.echo:0<|tool_call_argument_begin|>',
    '<|tool_call_end|>',
    '<|channel|>commentary to=functions.echo',
    '<|start|>assistant to=functions.echo',
    '<|channel|>analysis<|message|>',
    '<|end|>',
    '<|call|>',
    '<function_calls>',
    '</function_calls>',
    '<|message|>',
    '```tool_code\n',
    'echo(',
    "text='a')",
  ],
  ...[
    '{"name": "echo", "arguments": {}}',
    '{"name":',
    ' "echo"',
    '"other"',
    ', "arguments": {"text": "x"}}',
    '[',
    ']',
    '{',
    '}',
  ],
  ...['<', '`', '[T', ' ', '\n', 'word', 'é', '<parameter=text>a</parameter>', '[ARGS]', '"'],
)
const text = fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(''))

describe('the scanner', () => {
  it('finds the same wherever the text is cut', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 20 }), (whole, cuts) => {
        const at = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b)
        const pieces = [0, ...at].map((from, i) => whole.slice(from, at[i] ?? whole.length))
        expect(scanned(pieces)).toEqual(scanned([whole]))
      }),
      { numRuns: 2_000 },
    )
  })

  it('gives all text back when no tool is named', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const plain = whole.replaceAll('echo', 'other')
        expect(scanned([...plain])).toEqual({ text: plain, calls: [] })
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a turn', () => {
  it('runs a call that the model wrote as text, and shows the text around it alone', async () => {
    const { parts, text: shown } = await takeTurn({
      steps: [
        ['I look. <tool', `_call>${JSON.stringify({ name: 'echo', arguments: { text: 'a' } })}`, '</tool_call>'],
        ['Done.'],
      ],
    })
    expect(shown).toBe('I look. \n\nDone.')
    expect(parts.find((part) => part.type === 'tool-result')).toMatchObject({ content: 'echo: a' })
  })

  it('tells the model of a written call that nobody could read, and lets it repair that once', async () => {
    const { failures, text: shown } = await takeTurn({
      steps: [
        ['<tool_call>{"name": "echo", "arguments": {"text" = a}}</tool_call>'],
        [call('echo', { text: 'b' })],
        ['Done.'],
      ],
    })
    expect(failures).toMatchObject([
      { failure: 'bad-arguments', message: expect.stringContaining('could not be read') },
    ])
    expect(shown).toBe('Done.')
  })

  it('loses nothing of what was held back when the engine fails', async () => {
    const { text: shown } = await takeTurn({
      tools: [echoTool()],
      steps: [['So <tool', { type: 'error', code: 'engine-failed', message: 'gone' }]],
    })
    expect(shown).toBe('So <tool')
  })
})
