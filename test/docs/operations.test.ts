import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('docs/operations.md', () => {
  const lines = [...textOf('docs/operations.md').matchAll(/^\| `([A-Z][^`]*)` +\| (error|warn) /gm)].map(
    ([, message = '', level = '']) => ({ message, level }),
  );

  it('lists log lines', () => {
    expect(lines.length).toBeGreaterThan(5);
  });

  it.each(lines)('quotes "$message" as it is written', ({ message }) => {
    const written = textOf('src/observability/logEvents.ts').replace(/\$\{[^}]*\}/g, '…');

    expect(written).toContain(message);
  });
});
