/** One hostile piece of Python: what it tries, and what its output or ending must be. `control`: what it prints without walls. */
export type PythonCase = {
  id: number
  name: string
  code: string
  /** The typed error that may end it. */
  ends?: string
  /** Exit codes that may end it; 0 unless told. */
  exits?: number[]
  prints?: RegExp
  complains?: RegExp
  control?: RegExp
  timeoutMs?: number
}

/** The inputs 25 to 42. `port` is a server of the test's own that must not be reached. */
export const pythonCases = (port: number): PythonCase[] => [
  {
    id: 25,
    name: 'reads the accounts of the host',
    code: "print(open('/etc/passwd').read())",
    exits: [1],
    complains: /FileNotFoundError/,
    control: /root:/,
  },
  {
    id: 26,
    name: 'reads the environment of the first process and of its parents',
    code: `import os
for p in ['1', 'self', str(os.getppid())]:
    print(open('/proc/' + p + '/environ').read().replace(chr(0), ' '))`,
    prints: /PATH=\/usr\/bin:\/bin/,
  },
  {
    id: 26,
    name: 'has an environment of its own only',
    code: "import os; print(sorted(os.environ)); print('SECRET_CANARY' in os.environ)",
    prints: /False\n$/,
    control: /True\n$/,
  },
  {
    id: 27,
    name: 'runs a shell, which has no rights',
    code: "import os; os.system('id; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status')",
    prints: /uid=1000[\s\S]*CapEff:\s+0{16}\n[\s\S]*NoNewPrivs:\s+1/,
  },
  {
    id: 28,
    name: 'connects to the host, to an address, by an abstract socket, asks for a name',
    code: `import socket
def attempt(name, connect):
    try:
        connect(); print(name, 'REACHED')
    except OSError as error:
        print(name, 'refused')
attempt('loopback', lambda: socket.create_connection(('127.0.0.1', ${port}), 2))
attempt('address', lambda: socket.create_connection(('192.0.2.1', 80), 2))
attempt('abstract', lambda: socket.socket(socket.AF_UNIX).connect(chr(0) + 'reynard-test'))
attempt('name', lambda: socket.getaddrinfo('localhost.invalid', 80))
attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt('netlink', lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))`,
    prints: /^loopback refused\naddress refused\nabstract refused\nname refused\npacket refused\nnetlink refused\n$/,
    control: /loopback REACHED/,
  },
  {
    id: 29,
    name: 'forks a hundred and fifty times',
    code: `import os, time
made = 0
for i in range(150):
    try:
        if os.fork() == 0:
            time.sleep(5); os._exit(0)
        made += 1
    except OSError:
        break
print('made', made, flush=True)
os._exit(0)`,
    prints: /^made ([1-9]|[1-5]\d|6[0-4])\n$/,
    control: /^made 150\n$/,
  },
  {
    id: 30,
    name: 'takes memory without end',
    code: 'a=[]\nwhile True: a.append(bytearray(16<<20))',
    exits: [1],
    complains: /MemoryError/,
  },
  {
    id: 31,
    name: 'computes a number that never ends',
    code: 'x = 10**(10**8)\nprint(str(x)[:3])',
    ends: 'timeout',
    exits: [1],
    timeoutMs: 700,
  },
  {
    id: 32,
    name: 'recurses until its stack is gone',
    code: 'import sys\nsys.setrecursionlimit(10**9)\nf=lambda:f()\nf()',
    ends: 'timeout',
    exits: [1, 139],
    timeoutMs: 1000,
  },
  { id: 33, name: 'writes without end', code: "while True:print('x'*10000)", ends: 'too-large' },
  {
    id: 34,
    name: 'walks from a tuple to every class',
    // What it walks to is there once something has imported os.
    code: `import os
classes = ().__class__.__bases__[0].__subclasses__()
system = [c for c in classes if c.__name__ == '_wrap_close'][0].__init__.__globals__['environ']
print(len(classes) > 100, 'SECRET_CANARY' in system)`,
    prints: /^True False\n$/,
    control: /^True True\n$/,
  },
  {
    id: 35,
    name: 'calls the kernel where bugs hide',
    code: `import ctypes, platform
x64 = platform.machine() == 'x86_64'
libc = ctypes.CDLL(None, use_errno=True)
calls = {'ptrace': 101 if x64 else 117, 'bpf': 321 if x64 else 280, 'io_uring_setup': 425, 'perf_event_open': 298 if x64 else 241,
         'keyctl': 250 if x64 else 219, 'userfaultfd': 323 if x64 else 282, 'unshare': 272 if x64 else 97, 'setns': 308 if x64 else 268}
for name, number in calls.items():
    ctypes.set_errno(0)
    result = libc.syscall(number, 0, 0, 0, 0)
    print(name, result, ctypes.get_errno())`,
    prints: /^(\w+ -1 1\n){8}$/,
    control: /^ptrace 0 0\n/,
  },
  {
    id: 36,
    name: 'makes namespaces and mounts',
    code: `import subprocess
for command in ['unshare -Ur true', 'unshare -m true', 'mount -t tmpfs none /tmp', 'mount --bind /usr /tmp', '/usr/sbin/chroot / true']:
    print(command, '->', 'DONE' if subprocess.run(command.split(), capture_output=True).returncode == 0 else 'refused')`,
    prints: /^([^\n]* -> refused\n){5}$/,
    control: /^unshare -Ur true -> DONE\n/,
  },
  {
    id: 37,
    name: 'fills what is in memory and the devices',
    code: `import os
def fill(folder):
    written = 0
    try:
        for i in range(60):
            with open(folder + '/fill-' + str(i), 'wb', buffering=0) as file:
                written += file.write(bytes(5 << 20))
    except OSError:
        pass
    return written >> 20
for folder in ['/dev/shm', '/dev', '/', '/tmp']:
    print(folder, fill(folder))`,
    prints: /^\/dev\/shm (?:[0-9]|1[0-6])\n\/dev 0\n\/ 0\n\/tmp (?:[5-6]\d)\n$/,
  },
  {
    id: 37,
    name: 'writes one huge file into the workspace',
    code: `try:
    with open('huge', 'wb') as file:
        while True: file.write(bytes(1 << 20))
except OSError as error:
    print(error.strerror)
import os; print(os.path.getsize('huge') >> 20); os.remove('huge')`,
    prints: /^File too large\n10\n$/,
  },
  {
    id: 37,
    name: 'fills the workspace with many files',
    code: `for i in range(10**6):
    with open('fill-' + str(i), 'wb') as file: file.write(bytes(5 << 20))`,
    ends: 'quota',
    timeoutMs: 60_000,
  },
  {
    id: 37,
    name: 'makes empty files without end',
    code: `for i in range(10**9): open('empty-' + str(i), 'w').close()`,
    ends: 'quota',
    timeoutMs: 60_000,
  },
  {
    id: 38,
    name: 'leaves daemons behind',
    code: `import os, subprocess
os.system('(setsid sleep 7738 &) ; (setsid nohup sleep 7738 >/dev/null 2>&1 &)')
subprocess.Popen(['setsid', 'sleep', '7738'], start_new_session=True)
print('left')`,
    prints: /^left\n$/,
  },
  {
    id: 39,
    name: 'kills its parent and the first process',
    code: `import os
for process in [os.getppid(), 1, -1]:
    try: os.kill(process, 9)
    except OSError as error: print(error.strerror)
print('here')`,
    exits: [0, 137],
  },
  {
    id: 40,
    name: 'unpickles a command',
    code: `import pickle, os
class Gadget:
    def __reduce__(self): return os.system, ('id -u; cat /etc/passwd',)
pickle.loads(pickle.dumps(Gadget()))`,
    prints: /^1000\n256\n$/,
    complains: /No such file/,
    control: /root:/,
  },
  {
    id: 41,
    name: 'ignores every polite signal',
    code: `import signal, time
for s in [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU]: signal.signal(s, signal.SIG_IGN)
print('waiting', flush=True)
while True: time.sleep(1)`,
    ends: 'timeout',
    timeoutMs: 700,
  },
  {
    id: 42,
    name: 'writes to the machine and beside the workspace',
    code: `for path in ['/usr/x', '/usr/bin/id', '/etc/x', '/x', '/workspace/../x', '/sandbox/main.py', '/proc/sys/kernel/hostname', '/dev/x']:
    try:
        with open(path, 'a') as file: file.write('x')
        print(path, 'WRITTEN')
    except OSError: print(path, 'refused')
with open('/workspace/mine', 'w') as file: print('mine', file.write('x'))`,
    prints: /^([^\n]* refused\n){8}mine 1\n$/,
  },
]
