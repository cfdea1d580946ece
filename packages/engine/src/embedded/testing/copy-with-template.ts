import { createReadStream, createWriteStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

const key = 'tokenizer.chat_template'
/** Tensors begin at a multiple of this; a template that is longer by a multiple leaves them where the header says. Bytes. */
const alignment = 32

/** Copies a GGUF file with another chat template, which must be longer than its own. */
export async function copyWithTemplate(from: string, to: string, template: string): Promise<void> {
  await using file = await open(from, 'r')
  const head = Buffer.alloc(Math.min(8_000_000, (await stat(from)).size))
  await file.read(head, 0, head.length, 0)
  // Key, type, length, text.
  const lengthAt = head.indexOf(key) + key.length + 4
  const length = Number(head.readBigUInt64LE(lengthAt))
  const wanted = Buffer.byteLength(template)
  if (wanted < length) throw new Error(`The template needs ${length} bytes at least.`)
  const text = Buffer.alloc(length + Math.ceil((wanted - length) / alignment) * alignment, ' ')
  text.write(template)
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(text.length))
  const out = createWriteStream(to)
  out.write(head.subarray(0, lengthAt))
  out.write(size)
  out.write(text)
  await pipeline(createReadStream(from, { start: lengthAt + 8 + length }), out)
}

/** A model that opens its answer with a thought, unless it is told not to; written as Qwen3 and DeepSeek-R1 do. */
export const thinkingTemplate = `{%- for message in messages %}
    {%- if message.role == "assistant" %}
        {%- set content = message.content %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- elif '</think>' in content %}
            {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {{- '<|im_start|>assistant\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- else %}
        {{- '<think>\\n' }}
    {%- endif %}
{%- endif %}`
