import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHubProbe } from './hub-probe.ts'

let status: number | 'silent'
let asked: number
let time: number
let endpoint: string
const server = createServer((_request, response) => {
  asked += 1
  if (status !== 'silent') response.writeHead(status).end()
})

beforeEach(async () => {
  status = 200
  asked = 0
  time = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const open = (deadlineMs = 20_000) => createHubProbe({ endpoint, deadlineMs, keepMs: 60_000, now: () => time })

test('asks once a minute, whoever wants to know', async () => {
  const probe = open()
  expect(await Promise.all([probe.check(), probe.check()])).toEqual(Array(2).fill({ reachable: true, problem: null }))
  time = 59_000
  await probe.check()
  expect(asked).toBe(1)
  time = 61_000
  await probe.check()
  expect(asked).toBe(2)
})

test('asks at once where somebody tries again', async () => {
  const probe = open()
  status = 503
  expect(await probe.check()).toMatchObject({ reachable: false, problem: expect.stringContaining('status 503') })
  status = 200
  expect(await probe.check()).toMatchObject({ reachable: false })
  expect(await probe.check(true)).toMatchObject({ reachable: true })
})

test('takes silence for absence, after its deadline', async () => {
  status = 'silent'
  expect(await open(20).check()).toMatchObject({
    reachable: false,
    problem: expect.stringMatching(/^The model hub at 127.0.0.1:\d+ cannot be reached/),
  })
})

test('takes a refusal to show the front page for a sign of life', async () => {
  status = 403
  expect(await open().check()).toMatchObject({ reachable: true })
})
