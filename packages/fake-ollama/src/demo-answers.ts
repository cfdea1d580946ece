import type { FakeAnswer, FakeScript } from './answer.ts'
import type { FakeModelInput } from './model-store.ts'
import { tourActs } from './tour-acts.ts'
import { playTour } from './tour-script.ts'

/** A shelf of models as a person would have them, for screenshots and tours. */
export const demoModels: FakeModelInput[] = [
  {
    name: 'llama3.2:3b',
    sizeBytes: 2_019_393_189,
    parameterSize: '3.2B',
    quantization: 'Q4_K_M',
    capabilities: ['completion', 'tools'],
    modifiedAt: '2026-11-20T09:12:00Z',
  },
  {
    name: 'qwen3:4b',
    sizeBytes: 2_620_788_260,
    family: 'qwen3',
    parameterSize: '4.0B',
    quantization: 'Q4_K_M',
    contextTokensMax: 40_960,
    capabilities: ['completion', 'tools', 'thinking'],
    parameters: { temperature: 0.6, top_p: 0.95, top_k: 20 },
    modifiedAt: '2026-11-18T17:40:00Z',
  },
  {
    name: 'gemma3:4b',
    sizeBytes: 3_338_801_804,
    family: 'gemma3',
    parameterSize: '4.3B',
    quantization: 'Q4_K_M',
    capabilities: ['completion', 'vision'],
    parameters: { temperature: 1, top_p: 0.95 },
    license: 'gemma',
    modifiedAt: '2026-11-11T08:05:00Z',
  },
  {
    name: 'mistral-small:24b',
    sizeBytes: 14_333_928_010,
    family: 'mistral3',
    parameterSize: '23.6B',
    quantization: 'Q4_K_M',
    contextTokensMax: 131_072,
    parameters: { temperature: 0.15 },
    modifiedAt: '2026-10-30T21:30:00Z',
  },
  {
    name: 'nomic-embed-text:latest',
    sizeBytes: 274_302_450,
    family: 'nomic-bert',
    parameterSize: '137M',
    quantization: 'F16',
    contextTokensMax: 2048,
    capabilities: ['embedding'],
    modifiedAt: '2026-10-02T12:00:00Z',
  },
]

const tables = `Three good ways to keep a small service's data, side by side:

| | SQLite | Postgres | Redis |
|---|---|---|---|
| Runs as | a file | a server | a server |
| Writers at once | 1 | many | 1 per key |
| Commit on a laptop | 0.1–10 ms | 0.5–10 ms | 0.05 ms* |
| Survives power loss | yes | yes | *only with \`appendfsync always\` |
| Good for | one machine, one process | teams, many machines | caches, queues, live logs |

**Rule of thumb:** start with SQLite, move to Postgres when a second machine must write, and add Redis when something is *hot and short-lived*.

- [x] Measure your commit time first
- [x] Turn on WAL
- [ ] Decide by numbers, not by fashion`

const code = `A debounce that cleans up after itself. The signal does the work: whoever aborts it also stops the timer.

\`\`\`typescript
/** Calls \`run\` once \`waitMs\` have passed without another call. */
export function debounce<Args extends unknown[]>(
  run: (...args: Args) => void,
  waitMs: number,
  signal: AbortSignal,
) {
  let timer: ReturnType<typeof setTimeout> | undefined
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })

  return (...args: Args) => {
    if (signal.aborted) return
    clearTimeout(timer)
    timer = setTimeout(() => run(...args), waitMs)
  }
}
\`\`\`

How to use it:

1. Make an \`AbortController\` where the component starts.
2. Pass its \`signal\` to every helper that waits.
3. Call \`abort()\` once, when the component goes.

> One owner per wait: then nothing fires after you have left.`

const math = `The quadratic formula follows from completing the square. Start with

$$
ax^2 + bx + c = 0, \\qquad a \\neq 0
$$

Divide by $a$ and move the constant:

$$
x^2 + \\frac{b}{a}x = -\\frac{c}{a}
$$

Add $\\left(\\frac{b}{2a}\\right)^2$ on both sides; the left is now a square:

$$
\\left(x + \\frac{b}{2a}\\right)^2 = \\frac{b^2 - 4ac}{4a^2}
$$

and so

$$
x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}
$$

The sign of the **discriminant** $\\Delta = b^2 - 4ac$ tells how many real solutions there are: two if $\\Delta > 0$, one if $\\Delta = 0$, none if $\\Delta < 0$.`

const story = `The fox had crossed the frozen stream a hundred times, and every time she had stopped in the middle to listen.

Under the ice, something hummed. Not water: water mutters. This was a *tune*, three notes up and one down, like a question that somebody had been too shy to finish.

On the hundred and first evening she answered it. Three notes up, and then, because it was cold and she was in a generous mood, **two** notes down.

The humming stopped. Then, very quietly, the stream laughed, and all along the bank the icicles rang like small glasses.

"You took your time," said the stream.

"I was listening," said the fox.`

const list = `A calm weekend in a small city by the sea:

**Saturday**
1. *Morning:* the market by the harbour. Go before nine, buy bread, cheese and whatever smells best.
2. *Noon:* walk the sea wall to the lighthouse (about 40 minutes), picnic on the lee side.
3. *Evening:* the old cinema shows one film a day; nobody will tell you which.

**Sunday**
1. *Morning:* hire bicycles and follow the canal.
2. *Afternoon:* the botanical garden; the fern house is warm when the wind is not.

Worth packing:
- a windproof jacket
- a book you have been putting off
- small change for the ferry

If it rains: the [maritime museum](https://example.com/museum) has a room full of knots.`

const python = `Here is the shortest version that still closes the connection:

\`\`\`python
import json
import requests

def stream(prompt: str, model: str = "llama3.2:3b"):
    body = {"message": prompt, "model": model, "stream": True}
    with requests.post("http://localhost:8000/api/ollama/chat/stream", json=body, stream=True) as answer:
        answer.raise_for_status()
        for line in answer.iter_lines(decode_unicode=True):
            event = json.loads(line)
            if event["type"] == "token":
                yield event["data"]

print("".join(stream("Why is the sky blue?")))
\`\`\`

\`with\` matters: leaving the block hangs up, and hanging up stops the model.`

const sky = `Sunlight is a mix of all colours. On its way through the air it meets molecules much smaller than its wavelength, and these scatter **short waves far more than long ones**: the strength grows with $1/\\lambda^4$, so blue light (450 nm) is scattered about four times as much as red (650 nm).

What reaches your eye from *beside* the sun is this scattered light, and so the sky is blue.

At sunset the light crosses some forty times as much air. The blue has long been scattered away, and what is left is orange and red.`

const reasonings: [RegExp, string, string][] = [
  [
    /table|compare|database|versus|\bvs\b/i,
    tables,
    'A comparison: a table reads best, then one sentence that decides.',
  ],
  [
    /python|requests|script/i,
    python,
    'They want something that runs as it is. Keep it short and close the connection.',
  ],
  [
    /code|function|typescript|debounce|program/i,
    code,
    'They want code. A debounce needs a timer and an owner. An AbortSignal is the owner that already exists, so I take one as a parameter.\n\nThen three steps of use, and one sentence to remember.',
  ],
  [
    /math|latex|formula|equation|quadratic|prove/i,
    math,
    'Derive it rather than state it: completing the square, each step on its own line. Mention the discriminant at the end.',
  ],
  [/story|fox|tale|poem/i, story, 'A story about a fox: short, with a turn, and an ending that smiles.'],
  [/plan|list|weekend|trip|steps|ideas/i, list, 'A plan by day, a packing list, and something for rain.'],
  [
    /sky|why|explain|how/i,
    sky,
    'Rayleigh scattering. Say what happens, give the numbers once, and end with the sunset because everyone asks.',
  ],
]

const hello = `Hello! I run on this machine, so nothing you type leaves it.

I can **write and edit**, **explain code**, **work through maths** like $e^{i\\pi} + 1 = 0$, or just think along. What are you working on?`

const scripted =
  '\n\n---\n\n*This is the demo: its words are scripted, so this answer knows only some of your words, and none of your files and projects. Ask what the three chats of the tour ask, or run `npm start` for a real model.*'

/**
 * Answers that show what the page can render, chosen by words in the question; long ones for long questions. `saysSo`: what is no question
 * of the tour is told that it is scripted, in its title too.
 */
export function createDemoScript({ saysSo = false } = {}): FakeScript {
  return (request): FakeAnswer => {
    const { prompt, messages, format } = request
    const system = messages.find((message) => message.role === 'system')?.content ?? ''
    if (/title/i.test(system) || /\btitle\b.*\b(conversation|chat)\b/is.test(prompt)) {
      return { text: saysSo && tourTitle(prompt) === undefined ? 'A scripted answer' : titleFor(prompt) }
    }
    if (format !== undefined && format !== '') return { text: '{"answer":"yes"}' }
    const played = playTour(tourActs, request)
    if (played !== null) return played
    const [, text, reasoning] = reasonings.find(([words]) => words.test(prompt)) ?? [
      undefined,
      hello,
      'A greeting. Be brief and useful.',
    ]
    return { text: saysSo ? text + scripted : text, reasoning }
  }
}

const tourTitle = (prompt: string) => tourActs.find(({ asks }) => asks.test(prompt))?.title

function titleFor(prompt: string): string {
  const titles: [RegExp, string][] = [
    [/table|compare|database/i, 'Choosing a database'],
    [/python|requests/i, 'Streaming from Python'],
    [/code|function|typescript/i, 'A debounce with an owner'],
    [/math|formula|equation|quadratic/i, 'The quadratic formula'],
    [/story|fox/i, 'The fox and the stream'],
    [/plan|list|weekend/i, 'A weekend by the sea'],
    [/sky|why/i, 'Why the sky is blue'],
  ]
  return tourTitle(prompt) ?? titles.find(([words]) => words.test(prompt))?.[1] ?? 'A first conversation'
}
