import { expect, test } from 'vitest'
import { buildDenyFilter } from './deny-filter.ts'
import { type Architecture, checkedCalls, deniedCalls } from './syscall-numbers.ts'

const allow = 0x7fff0000
const kill = 0x80000000
const errno = (number: number) => 0x00050000 | number
const audit = { x64: 0xc000003e, arm64: 0xc00000b7 }

/** What the kernel would answer: the few instructions that the filter uses, run as linux/filter.h describes them. */
function answer(program: Uint8Array, call: { number: number; architecture?: number; args?: bigint[] }): number {
  const data = new DataView(new ArrayBuffer(64))
  data.setInt32(0, call.number, true)
  data.setUint32(4, call.architecture ?? audit.x64, true)
  for (const [index, value] of (call.args ?? []).entries()) data.setBigUint64(16 + 8 * index, value, true)
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength)
  let accumulator = 0
  for (let at = 0; at < program.length / 8; at++) {
    const code = view.getUint16(at * 8, true)
    const [yes, no] = [view.getUint8(at * 8 + 2), view.getUint8(at * 8 + 3)]
    const value = view.getUint32(at * 8 + 4, true)
    if (code === 0x06) return value
    if (code === 0x20) accumulator = data.getUint32(value, true)
    else if (code === 0x15) at += accumulator === value ? yes : no
    else if (code === 0x35) at += accumulator >= value ? yes : no
    else if (code === 0x45) at += (accumulator & value) !== 0 ? yes : no
    else throw new Error(`unknown instruction ${code.toString(16)} at ${at}`)
  }
  throw new Error('the program has no end')
}

for (const [column, name] of (['x64', 'arm64'] as const satisfies Architecture[]).entries()) {
  const program = buildDenyFilter(name)
  const ask = (number: number, ...args: bigint[]) => answer(program, { number, architecture: audit[name], args })
  const checked = (call: keyof typeof checkedCalls) => checkedCalls[call][column] ?? -1

  test(`${name}: what is listed gets EPERM, what programs need goes through`, () => {
    for (const [call, numbers] of Object.entries(deniedCalls)) {
      const number = numbers[column]
      if (number !== null && number !== undefined) expect([call, ask(number)]).toEqual([call, errno(1)])
    }
    // read, write, openat, execve, exit_group, futex, mmap
    const needed = name === 'x64' ? [0, 1, 257, 59, 231, 202, 9] : [63, 64, 56, 221, 94, 98, 222]
    for (const number of needed) expect([number, ask(number)]).toEqual([number, allow])
  })

  test(`${name}: a clone may make threads and processes, but no namespaces`, () => {
    expect(ask(checked('clone'), 0x01200011n)).toBe(allow)
    expect(ask(checked('clone'), 0x003d0f00n)).toBe(allow)
    for (const flag of [0x20000n, 0x02000000n, 0x04000000n, 0x08000000n, 0x10000000n, 0x20000000n, 0x40000000n])
      expect(ask(checked('clone'), flag | 17n)).toBe(errno(1))
    expect(ask(checked('clone3'))).toBe(errno(38))
  })

  test(`${name}: sockets are unix and internet ones, a terminal can't be typed into`, () => {
    for (const call of ['socket', 'socketpair'] as const) {
      for (const family of [1n, 2n, 10n]) expect(ask(checked(call), family)).toBe(allow)
      for (const family of [0n, 16n, 17n, 38n, 40n]) expect(ask(checked(call), family)).toBe(errno(97))
    }
    expect(ask(checked('ioctl'), 0n, 0x5401n)).toBe(allow)
    expect(ask(checked('ioctl'), 0n, 0x5412n)).toBe(errno(1))
    // The kernel looks at 32 bits of the command, so upper bits must not hide it.
    expect(ask(checked('ioctl'), 0n, 0x1_0000_541cn)).toBe(errno(1))
  })
}

test('calls of another architecture and of x32 kill the program', () => {
  expect(answer(buildDenyFilter('x64'), { number: 0, architecture: 0x40000003 })).toBe(kill)
  expect(answer(buildDenyFilter('x64'), { number: 0x40000000 + 101 })).toBe(kill)
  expect(answer(buildDenyFilter('arm64'), { number: 63, architecture: audit.x64 })).toBe(kill)
})
