type Share<Item> = { items: Set<Item>; credit: number; visited: boolean }

/** Credit that a user gains per round. Costs are whole numbers from 1, so that a run of cost 3 waits for its third round. */
const creditPerRound = 1

/**
 * Deficit round robin between users: each round gives every waiting user the same credit, and a run is taken when its user's credit
 * covers its cost. So one user with a hundred questions delays another's single one by one turn, not by a hundred.
 * Adding, removing and taking cost about the same however many wait.
 */
export type FairQueue<Item> = {
  readonly size: number
  add(item: Item): void
  /** Whether it was there. */
  remove(item: Item): boolean
  /** The next one in turn, taken out. Users who may not go now keep their turn; undefined where nobody may. */
  take(mayGo?: (user: string) => boolean): Item | undefined
  /** All that wait, in the order in which they would be taken if nobody came or left. */
  order(): Item[]
}

function firstWhere<Value>(values: Iterable<Value>, fits: (value: Value) => boolean): Value | undefined {
  for (const value of values) if (fits(value)) return value
  return undefined
}

function first<Value>(values: Iterable<Value>): Value | undefined {
  return firstWhere(values, () => true)
}

/** An empty queue. `userOf` and `costOf` (a whole number, at least 1) must not change while an item waits. */
export function createFairQueue<Item>(userOf: (item: Item) => string, costOf: (item: Item) => number): FairQueue<Item> {
  /** Insertion order is the order of turns: the user at the front is served, then goes to the back. */
  const shares = new Map<string, Share<Item>>()
  let size = 0

  const drop = (user: string, share: Share<Item>, item: Item) => {
    share.items.delete(item)
    size -= 1
    // A user who waits for nothing keeps no credit: idling must not save up for a burst.
    if (share.items.size === 0) shares.delete(user)
  }

  return {
    get size() {
      return size
    },
    add(item) {
      const user = userOf(item)
      const share = shares.get(user)
      size += 1
      if (share === undefined) shares.set(user, { items: new Set([item]), credit: 0, visited: false })
      else share.items.add(item)
    },
    remove(item) {
      const user = userOf(item)
      const share = shares.get(user)
      if (share === undefined || !share.items.has(item)) return false
      drop(user, share, item)
      return true
    },
    take(mayGo = () => true) {
      for (;;) {
        const turn = firstWhere(shares, ([user]) => mayGo(user))
        if (turn === undefined) return undefined
        const [user, share] = turn
        if (!share.visited) {
          share.visited = true
          share.credit += creditPerRound
        }
        const item = first(share.items)!
        const cost = costOf(item)
        if (cost <= share.credit) {
          share.credit -= cost
          drop(user, share, item)
          return item
        }
        share.visited = false
        shares.delete(user)
        shares.set(user, share)
      }
    },
    order() {
      const turns = Array.from(shares.values(), (share) => ({
        items: share.items.values(),
        next: first(share.items),
        credit: share.credit,
        visited: share.visited,
      }))
      for (const turn of turns) turn.items.next()
      const order: Item[] = []
      while (order.length < size) {
        for (const turn of turns) {
          if (turn.next === undefined) continue
          if (!turn.visited) turn.credit += creditPerRound
          turn.visited = false
          while (turn.next !== undefined && costOf(turn.next) <= turn.credit) {
            turn.credit -= costOf(turn.next)
            order.push(turn.next)
            turn.next = turn.items.next().value
          }
        }
      }
      return order
    },
  }
}
