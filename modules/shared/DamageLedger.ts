import { join } from 'node:path';

import { isObject } from './isObject';
import type { LogDamage } from './log/LogItem';
import { StateFile } from './StateFile';

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

  /** Also when so much is damaged that telling of more would be of no use. @throws StateFileError */
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
