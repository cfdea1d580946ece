import { crc32, deflateRawSync } from 'node:zlib'

/** An entry as a hostile archive would have it. `at` reuses the data of an earlier entry; `size` is what it claims to be unpacked. */
export type RawEntry = {
  name: string | Buffer
  data?: Buffer
  deflated?: Buffer
  size?: number
  mode?: number
  flags?: number
  at?: number
}

/** Bytes of a zip with nothing checked: names, types and sizes are written as they are given. */
export function rawZip(entries: RawEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  const offsets: number[] = []
  let offset = 0
  for (const {
    name,
    data = Buffer.alloc(0),
    deflated,
    size = data.length,
    mode = 0o100644,
    flags = 0x800,
    at,
  } of entries) {
    const packed = deflated ?? deflateRawSync(data)
    const fileName = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(size, 18)
    common.writeUInt16LE(fileName.length, 22)
    const start = at === undefined ? offset : (offsets[at] ?? 0)
    offsets.push(start)
    if (at === undefined) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, fileName, packed])
      parts.push(local)
      offset += local.length
    }
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((mode << 16) >>> 0, 6)
    tail.writeUInt32LE(start, 10)
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, tail, fileName)
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length & 0xffff, 4)
  end.writeUInt16LE(entries.length & 0xffff, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06'), end])
}
