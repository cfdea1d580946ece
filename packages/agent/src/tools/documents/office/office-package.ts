import { posix } from 'node:path'
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { DocumentRefused } from '../document-part.ts'

/** Bounds of what is unpacked, in bytes and entries: a bomb is told by its own words, and where these lie, as it comes out. */
const mostUnpacked = 256 * 1024 * 1024
const mostEntries = 20_000

/** What happens as an entry is gone through; names come without their prefix. */
export type Handlers = {
  open?: (name: string, tag: SaxesTagPlain) => void
  text?: (text: string) => void
  close?: (name: string) => void
}

/** Ends a reading half way without being a failure. */
const enough = Symbol('enough')

/** A zip of XML, as Office writes it: read entry by entry, without ever being unpacked to a disk. */
export class OfficePackage {
  readonly #zip: ZipFile
  readonly #entries: ReadonlyMap<string, Entry>
  #left = mostUnpacked

  private constructor(zip: ZipFile, entries: Map<string, Entry>) {
    this.#zip = zip
    this.#entries = entries
  }

  static async open(path: string): Promise<OfficePackage> {
    try {
      const zip = await openPromise(path, { lazyEntries: true, autoClose: false })
      if (zip.entryCount > mostEntries) throw new DocumentRefused('too-large')
      const entries = new Map<string, Entry>()
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry)
      return new OfficePackage(zip, entries)
    } catch (cause) {
      throw cause instanceof DocumentRefused ? cause : new DocumentRefused('broken', cause)
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /** Goes through an XML entry. `open` may return by `stop()`: then the rest is left unread. Entities of its own are never expanded. */
  async read(name: string, handlers: Handlers): Promise<void> {
    const entry = this.#entries.get(name)
    if (entry === undefined) throw new DocumentRefused('broken')
    if (entry.generalPurposeBitFlag & 1) throw new DocumentRefused('locked')
    if (entry.uncompressedSize > this.#left) throw new DocumentRefused('too-large')
    const parser = new SaxesParser()
    parser.on('error', (cause) => {
      throw new DocumentRefused('broken', cause)
    })
    parser.on('doctype', () => {
      // Office writes none; whoever does wants something of it.
      throw new DocumentRefused('broken')
    })
    parser.on('opentag', (tag) => handlers.open?.(localName(tag.name), tag))
    parser.on('text', (text) => handlers.text?.(text))
    parser.on('closetag', (tag) => handlers.close?.(localName(tag.name)))
    const decoder = new TextDecoder()
    try {
      const stream = await this.#zip.openReadStreamPromise(entry)
      for await (const chunk of stream) {
        if (!(chunk instanceof Uint8Array)) continue
        this.#left -= chunk.byteLength
        if (this.#left < 0) throw new DocumentRefused('too-large')
        parser.write(decoder.decode(chunk, { stream: true }))
      }
      parser.close()
    } catch (cause) {
      if (cause === enough) return
      throw cause instanceof DocumentRefused ? cause : new DocumentRefused('broken', cause)
    }
  }

  /** Leads from the ids that a part uses to the entries that they mean. */
  async relations(of: string): Promise<Map<string, string>> {
    return new Map((await this.#relationships(of)).map(({ id, target }) => [id, target]))
  }

  /** The entries to which a part is related in one way, such as `footnotes`; '' is the package itself. */
  async related(of: string, type: string): Promise<string[]> {
    const all = await this.#relationships(of)
    return [...new Set(all.filter((each) => each.type.endsWith(`/${type}`)).map(({ target }) => target))]
  }

  async #relationships(of: string): Promise<{ id: string; type: string; target: string }[]> {
    const name = posix.join(posix.dirname(of), '_rels', `${posix.basename(of)}.rels`)
    const found: { id: string; type: string; target: string }[] = []
    if (!this.has(name)) return found
    await this.read(name, {
      open: (tagName, { attributes }) => {
        const { Id: id, Target: target, TargetMode: mode, Type: type = '' } = attributes
        if (tagName !== 'Relationship' || id === undefined || target === undefined || mode === 'External') return
        const entry = target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(of), target)
        found.push({ id, type, target: entry })
      },
    })
    return found
  }
}

/** Called by a handler that has seen enough. */
export function stop(): never {
  throw enough
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** An attribute, whatever its prefix. */
export function attribute(tag: SaxesTagPlain, name: string): string | undefined {
  const key = Object.keys(tag.attributes).find((each) => localName(each) === name)
  return key === undefined ? undefined : tag.attributes[key]
}
