/** Hosts of our own network, by the number of their hostile input. */
const ownHosts: [string, string[]][] = [
  ['92', ['127.0.0.1', 'localhost', 'localhost.', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0', '0.0.0.0']],
  [
    '93',
    [
      ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[::127.0.0.1]', '[64:ff9b::7f00:1]'],
      ...['[2002:7f00:1::]', '[fe80::1]', '[fc00::1]'],
    ],
  ],
  ['94', ['169.254.169.254', '2852039166', '10.0.0.1', '100.64.0.1', '198.18.0.1', '240.0.0.1']],
]
const byHost = (make: (host: string) => string, id?: string): [string, string][] =>
  ownHosts.flatMap(([own, hosts]) => hosts.map((host): [string, string] => [id ?? own, make(host)]))

/** Behind this name and address stands the one server that counts as public. */
export const publicHost = 'public.test'
export const publicAddress = '93.184.216.34'
const redirect = (to: string) => `http://${publicHost}/redirect?to=${encodeURIComponent(to)}`

/** Each must end refused, with not one connection to an address but the public one. */
export const hostileUrls: [string, string][] = [
  ...byHost((host) => `http://${host}/`),
  ['95', 'http://①②⑦.⓪.⓪.①/'],
  ['95', 'http://127。0。0。1/'],
  ['96', `http://${publicAddress}@127.0.0.1/`],
  ['96', `http://user:pass@${publicHost}/`],
  ['97', 'http://inner.test/'],
  ['97', 'http://mixed.test/'],
  ['97', 'http://mapped.test/'],
  ...byHost((host) => redirect(`http://${host}/`), '98'),
  ['98', redirect('file:///etc/passwd')],
  ['98', redirect('//localhost/')],
  ['98', redirect(redirect('http://127.0.0.1/'))],
  ['98', redirect('http://rebind-on-redirect.test/')],
  ['98', `http://${publicHost}/loop`],
  ['99', 'file:///etc/passwd'],
  ['99', `ftp://${publicHost}/`],
  ['99', `gopher://${publicHost}/`],
  ['99', 'data:text/html,hi'],
  ['99', 'blob:http://public.test/1'],
  ['99', 'unix:///run/docker.sock'],
  ['99', `http://${publicHost}:22/`],
  ['99', `http://${publicHost}:6379/`],
]
