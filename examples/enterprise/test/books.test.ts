import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { BooksDamagedError } from '../modules/books';
import { givenFolder, givenShop } from './support/givenShop';

describe('Damaged books', () => {
  it('abort the boot with an error of the application, which tells the line and the way out', async () => {
    const folder = givenFolder();
    writeFileSync(join(folder, 'books.jsonl'), '{"key":"night-1","orders":[],"cents":0}\n{"key":\n');
    const app = await givenShop({ folder });

    const error: unknown = await app.start().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'BootError', listenerName: 'books', phase: 'startup' });
    const cause = (error as Error).cause as BooksDamagedError;
    expect(cause).toBeInstanceOf(BooksDamagedError);
    expect(cause).toMatchObject({ code: 'BOOKS_DAMAGED', facts: { line: 2 }, fix: expect.stringContaining('backup') });
  });
});
