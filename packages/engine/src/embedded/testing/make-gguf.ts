/** A GGUF file with these entries, a list of tokens to skip, and one small tensor. No engine could answer with it. */
export function makeGguf(metadata: Record<string, string | number>): Buffer {
  const entries = Object.entries(metadata).map(([key, value]) => {
    if (typeof value === 'string') return Buffer.concat([text(key), u32(8), text(value)])
    if (Number.isInteger(value)) return Buffer.concat([text(key), u32(4), u32(value)])
    const double = Buffer.alloc(8)
    double.writeDoubleLE(value)
    return Buffer.concat([text(key), u32(12), double])
  })
  const tokens = Buffer.concat([text('tokenizer.ggml.tokens'), u32(9), u32(8), u64(2), text('a'), text('b')])
  const tensor = Buffer.concat([text('output.weight'), u32(1), u64(64), u32(0), u64(0)])
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(1),
    u64(entries.length + 1),
    ...entries,
    tokens,
    tensor,
  ])
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), Buffer.alloc(64 * 4)])
}

function text(value: string): Buffer {
  return Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(BigInt(value))
  return buffer
}
