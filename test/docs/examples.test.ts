import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const EXAMPLE = /<!-- from (\S+)#(\S+) -->\n\n```ts\n([\s\S]*?)```/g;
const ANY_CODE = /(?:<!-- (from \S+|not run here) -->\n\n)?```ts\n/g;

const pages = readdirSync(join(ROOT, 'docs'))
  .filter((file) => /^testing.*\.md$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(ROOT, 'docs', file), 'utf8') }));

const examples = pages.flatMap(({ file, text }) =>
  [...text.matchAll(EXAMPLE)].map(([, source = '', region = '', code = '']) => ({ file, source, region, code })),
);

/** What stands between `// region <name>` and `// endregion <name>`. */
function regionOf(source: string, name: string): string | undefined {
  const text = readFileSync(join(ROOT, source), 'utf8');
  return new RegExp(`// region ${name}\\n([\\s\\S]*?)[ \\t]*// endregion ${name}\\n`).exec(text)?.[1];
}

describe('The examples of the testing guide', () => {
  it('are there', () => {
    expect(examples.map(({ region }) => region).sort()).toEqual([
      'certify',
      'comparison',
      'explore',
      'faults',
      'process',
      'slice',
      'time',
      'unit',
    ]);
  });

  it.each(examples)('$file shows $source, region $region, as it is', ({ source, region, code }) => {
    expect(code.trimEnd()).toBe(regionOf(source, region)?.trimEnd());
  });

  it.each(pages)('$file has no TypeScript of which nobody says where it comes from', ({ text }) => {
    expect([...text.matchAll(ANY_CODE)].filter(([, origin]) => origin === undefined)).toEqual([]);
  });
});
