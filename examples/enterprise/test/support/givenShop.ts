import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createTestApplication, type TestApplication } from 'daemonry/testing';

import { shop } from '../../src/shop';

/** Options of {@link givenShop}. */
export interface GivenShop {
  /** Folder of its books and its state. */
  readonly folder: string;
  readonly url?: string;
  readonly now?: string;
  /** Configuration of listeners, by name. */
  readonly listeners?: Readonly<Record<string, object>>;
}

export const givenFolder = (): string => mkdtempSync(join(tmpdir(), 'shop-'));

/** The whole shop under virtual time, with its files in a folder of its own. */
export function givenShop({ folder, url, listeners, ...options }: GivenShop): Promise<TestApplication> {
  return createTestApplication({
    ...shop(),
    ...options,
    config: {
      values: {
        books: { file: join(folder, 'books.jsonl') },
        orders: { url: url ?? 'http://127.0.0.1:9/' },
        state: { directory: folder },
        ...(listeners === undefined ? {} : { listeners }),
      },
    },
  });
}
