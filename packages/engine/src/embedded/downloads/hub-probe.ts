import type { HubReach } from '@reynard/protocol'
import { request } from 'undici'

/** Asks a model hub for a sign of life, so that nobody is offered a download that cannot begin. */
export type HubProbe = {
  /**
   * What was heard within the last minute, else asked anew; never rejects.
   * @param fresh asks in any case
   */
  check(fresh?: boolean): Promise<HubReach>
}

type HubProbeOptions = {
  endpoint: string
  /** A hub that says nothing for this long is out of reach. Milliseconds. */
  deadlineMs?: number
  /** An answer is good for this long. Milliseconds. */
  keepMs?: number
  now?: () => number
}

/** Asks when it is wanted to, and keeps what it heard for a while. */
export function createHubProbe(options: HubProbeOptions): HubProbe {
  const { endpoint, deadlineMs = 4000, keepMs = 60_000, now = () => performance.now() } = options
  let asked: { at: number; reach: Promise<HubReach> } | null = null
  return {
    check(fresh = false) {
      if (asked === null || fresh || now() - asked.at > keepMs) {
        asked = { at: now(), reach: reachHub(endpoint, AbortSignal.timeout(deadlineMs)) }
      }
      return asked.reach
    },
  }
}

/** Any answer but a server's own failure shows that the hub is there. Never rejects. */
export async function reachHub(endpoint: string, signal: AbortSignal): Promise<HubReach> {
  const { host } = new URL(endpoint)
  const name = host === 'huggingface.co' ? 'Hugging Face' : `The model hub at ${host}`
  try {
    const response = await request(endpoint, { method: 'HEAD', signal })
    await response.body.dump()
    if (response.statusCode < 500) return { reachable: true, problem: null }
    return { reachable: false, problem: `${name} is out of order right now (status ${response.statusCode}).` }
  } catch {
    return { reachable: false, problem: `${name} cannot be reached from here.` }
  }
}
