import { type Architecture, checkedCalls, deniedCalls } from './syscall-numbers.ts'

// One instruction of classic BPF: { u16 code; u8 jumpTrue; u8 jumpFalse; u32 value }, see linux/filter.h and linux/seccomp.h.
const load = 0x20
const jumpEqual = 0x15
const jumpGreaterEqual = 0x35
const jumpAnyBit = 0x45
const answer = 0x06

const allow = 0x7fff0000
const kill = 0x80000000
const fail = (errno: number) => 0x00050000 | errno
const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97

// Offsets into struct seccomp_data { int nr; u32 arch; u64 ip; u64 args[6] }, lower halves of the arguments (both are little-endian).
const numberAt = 0
const architectureAt = 4
const argumentAt = (index: number) => 16 + 8 * index

const auditArchitecture: Record<Architecture, number> = { x64: 0xc000003e, arm64: 0xc00000b7 }
const x32Bit = 0x40000000
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const newNamespaces = 0x7e020000
const allowedFamilies = { AF_UNIX: 1, AF_INET: 2, AF_INET6: 10 }
/** Both put keystrokes into the terminal that the server may have been started from. */
const deniedControls = { TIOCSTI: 0x5412, TIOCLINUX: 0x541c }

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, value: number]

/** True for machines whose kernel calls this package has a table of. */
export function hasDenyFilter(architecture: string): architecture is Architecture {
  return architecture === 'x64' || architecture === 'arm64'
}

/**
 * The seccomp program of every L3 sandbox, as bwrap's `--seccomp` reads it. Kills calls of a foreign architecture (and x32), answers
 * EPERM to what `deniedCalls` lists and to a clone into new namespaces, ENOSYS to clone3 (its flags can't be read from here, libc then
 * uses clone), EAFNOSUPPORT to sockets other than unix and internet ones.
 */
export function buildDenyFilter(architecture: Architecture): Uint8Array {
  const column = architecture === 'x64' ? 0 : 1
  const program: Instruction[] = [
    [load, 0, 0, architectureAt],
    [jumpEqual, 1, 0, auditArchitecture[architecture]],
    [answer, 0, 0, kill],
    [load, 0, 0, numberAt],
  ]
  if (architecture === 'x64') program.push([jumpGreaterEqual, 0, 1, x32Bit], [answer, 0, 0, kill])
  for (const numbers of Object.values(deniedCalls)) {
    const number = numbers[column]
    if (number !== null) program.push([jumpEqual, 0, 1, number], [answer, 0, 0, fail(EPERM)])
  }
  program.push([jumpEqual, 0, 1, checkedCalls.clone3[column]], [answer, 0, 0, fail(ENOSYS)])
  const check = (number: number, body: Instruction[]) => program.push([jumpEqual, 0, body.length, number], ...body)
  check(checkedCalls.clone[column], [
    [load, 0, 0, argumentAt(0)],
    [jumpAnyBit, 0, 1, newNamespaces],
    [answer, 0, 0, fail(EPERM)],
    [answer, 0, 0, allow],
  ])
  for (const number of [checkedCalls.socket[column], checkedCalls.socketpair[column]])
    check(number, [
      [load, 0, 0, argumentAt(0)],
      [jumpEqual, 3, 0, allowedFamilies.AF_UNIX],
      [jumpEqual, 2, 0, allowedFamilies.AF_INET],
      [jumpEqual, 1, 0, allowedFamilies.AF_INET6],
      [answer, 0, 0, fail(EAFNOSUPPORT)],
      [answer, 0, 0, allow],
    ])
  check(checkedCalls.ioctl[column], [
    [load, 0, 0, argumentAt(1)],
    [jumpEqual, 1, 0, deniedControls.TIOCSTI],
    [jumpEqual, 0, 1, deniedControls.TIOCLINUX],
    [answer, 0, 0, fail(EPERM)],
    [answer, 0, 0, allow],
  ])
  program.push([answer, 0, 0, allow])
  return encode(program)
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(program.length * 8))
  for (const [index, [code, jumpTrue, jumpFalse, value]] of program.entries()) {
    bytes.setUint16(index * 8, code, true)
    bytes.setUint8(index * 8 + 2, jumpTrue)
    bytes.setUint8(index * 8 + 3, jumpFalse)
    bytes.setUint32(index * 8 + 4, value, true)
  }
  return new Uint8Array(bytes.buffer)
}
