import { join } from 'node:path';

import { endedBefore, LogWriter, type LogWriterOptions } from './LogWriter';
import { type LogDamage, type LogItem, type LogPlace, readSegments, type Stamped } from './readSegments';
import { listSegments } from './segmentFiles';
import { isObject } from '../fields';
import { StateFile } from '../files';

export interface SegmentedLogOptions<T extends Stamped> extends Omit<LogWriterOptions<T>, 'signal'> {
  /** Tells of damage, each once. When it rejects, the same damage is told again later. */
  readonly tellDamage: (damage: LogDamage) => Promise<unknown>;
}

/**
 * An append-only log in segments, one JSON entry a line. One process writes it, and many may read it; it is read in pieces,
 * never as a whole. Touches no file before it is used.
 *
 * Appended entries survive the death of the process; a power cut may lose those after the last {@link sync}.
 */
export class SegmentedLog<T extends Stamped> {
  readonly #options: SegmentedLogOptions<T>;
  readonly #writer: LogWriter<T>;
  readonly #ledger: DamageLedger;
  #told: Promise<void> = Promise.resolve();

  constructor(options: SegmentedLogOptions<T>) {
    this.#options = options;
    this.#writer = new LogWriter(options, (damage) => void this.#tell(damage));
    this.#ledger = new DamageLedger(options.directory);
  }

  /**
   * Resolves once what `make` makes is written. Calls keep their order; a call that fails uses up no sequence.
   * @throws WriteError; what `make` throws
   */
  append(make: (stamp: Stamped) => T): Promise<T> {
    return this.#writer.append(make);
  }

  /** The place after the last entry. @throws WriteError */
  end(): Promise<LogPlace> {
    return this.#writer.end();
  }

  /** Resolves once everything appended before would survive a power cut. @throws WriteError */
  sync(): Promise<void> {
    return this.#writer.sync();
  }

  /** Ends what is under way, and lets go of the log: nothing can be appended any more. */
  async close(): Promise<void> {
    await this.#told;
    await this.#writer.close();
  }

  /**
   * The entries after a place, oldest first, up to the end of the log at the call; and where some were removed before they
   * were read. Damage is told, and passed over.
   */
  async *read(after: LogPlace, signal?: AbortSignal): AsyncGenerator<Exclude<LogItem<T>, { kind: 'damage' }>, void> {
    for await (const item of readSegments({ ...this.#options, signal }, after)) {
      if (item.kind === 'damage') await this.#tell(item.damage);
      else yield item;
    }
  }

  /** Where to begin to read for what has a larger sequence, and for what is not before an instant (epoch milliseconds). */
  async placeBefore({
    sequence = 0,
    at,
  }: {
    sequence?: number | undefined;
    at?: number | undefined;
  }): Promise<LogPlace> {
    const segments = await listSegments(this.#options.directory);
    const own = segments.findLastIndex(({ first }) => first <= sequence + 1);
    let segment = segments[Math.max(0, own)];
    for (const following of at === undefined ? [] : segments.slice(Math.max(0, own) + 1)) {
      if (!(await endedBefore(this.#options, { segment: segment!, following, instant: at! }))) break;
      segment = following;
    }
    return { sequence, segment: segment?.first ?? 1, offset: 0 };
  }

  /** The last `count` entries that match, oldest first. Reads backwards by segments, and no more of them than it takes. */
  async latest(count: number, matches: (entry: T) => boolean, signal?: AbortSignal): Promise<readonly T[]> {
    const segments = await listSegments(this.#options.directory);
    let found: T[] = [];
    for (const { first } of segments.reverse()) {
      const matching: T[] = [];
      for await (const item of this.read({ sequence: first - 1, segment: first, offset: 0 }, signal)) {
        if (item.kind !== 'entry') continue;
        if (item.end.segment !== first) break;
        if (matches(item.entry) && matching.push(item.entry) > count - found.length) matching.shift();
      }
      found = [...matching, ...found];
      if (found.length >= count) break;
    }
    return found;
  }

  /** One after the other, so that two readers do not tell of the same. */
  #tell(damage: LogDamage): Promise<void> {
    this.#told = this.#told.then(async () => {
      try {
        // What was moved aside is never met again, and other damage may follow in its place.
        if (damage.movedTo === undefined && (await this.#ledger.knows(damage))) return;
        await this.#options.tellDamage(damage);
        if (damage.movedTo === undefined) await this.#ledger.add(damage);
      } catch (error) {
        this.#options.log.warn(`Damage in the log could not be told`, { ...damage, error });
      }
    });
    return this.#told;
  }
}

/** Where each damage ends that has been told of: `000000000001.jsonl:4096` to the offset. */
type Told = Readonly<Record<string, number>>;

const MOST = 1_000;

/** Which damage of a log has been told of, so that each is told once, also across restarts. */
export class DamageLedger {
  readonly #file: StateFile<Told>;

  constructor(directory: string) {
    this.#file = new StateFile<Told>({
      path: join(directory, 'damage.json'),
      parse: parseTold,
      initial: () => ({}),
      writer: 'damage',
    });
  }

  /** True if the damage has been reported, or if the limit of reported damages is reached. @throws StateFileError */
  async knows(damage: LogDamage): Promise<boolean> {
    const told = await this.#file.read();
    return (told[keyOf(damage)] ?? 0) >= damage.offset + damage.bytes || Object.keys(told).length >= MOST;
  }

  async add(damage: LogDamage): Promise<void> {
    await this.#file.update((told) => ({ ...told, [keyOf(damage)]: damage.offset + damage.bytes }));
  }
}

const keyOf = ({ segment, offset }: LogDamage): string => `${segment}:${offset}`;

function parseTold(value: unknown): Told {
  if (!isObject(value) || !Object.values(value).every((end) => Number.isSafeInteger(end))) {
    throw new TypeError('it must be an object of offsets');
  }
  return value as Told;
}
