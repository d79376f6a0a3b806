import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Break, BREAKS } from './support/breaks';
import { type Check, checkEach } from './support/checkEach';
import { type Ended, givenApplication } from './support/givenApplication';

// Real processes, and the first one has to be built.
jest.setTimeout(180_000);

describe('daemonry check, of the application that `daemonry new` makes', () => {
  const place = givenApplication();
  const ended = new Map<string, Ended>();

  const broken = ({ edits = [], files = {}, env = {}, set = [] }: Break, index: number): Check => {
    const folder = `broken-${index}`;
    cpSync(join(place.folder, 'orders'), join(place.folder, folder), { recursive: true });
    for (const [file, from, to] of edits) {
      const text = readFileSync(join(place.folder, folder, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} of the scaffold does not contain "${from}"`);
      place.write({ [join(folder, file)]: text.replace(from, to) });
    }
    for (const [file, text] of Object.entries(files)) place.write({ [join(folder, file)]: text });
    const args = ['src/main.ts', ...set.flatMap((assignment) => ['--set', assignment])];
    return { folder: join(place.folder, folder), args, env };
  };

  beforeAll(async () => {
    await place.daemonry(['new', 'orders']);
    const results = await checkEach(place, BREAKS.map(broken));
    BREAKS.forEach(({ how }, index) => {
      const result = results[index];
      if (result !== undefined) ended.set(how, result);
    });
  });

  it('finds nothing wrong as it is made', async () => {
    const { code, stdout, stderr } = await place.daemonry(['check', 'src/main.ts'], { cwd: 'orders' });

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'ok: "orders" can start: 2 listeners\n', stderr: '' });
  });

  it.each(BREAKS)('says with exit code 2 what, where and how to mend it: $how', ({ how, told }) => {
    const { code, stderr = '' } = ended.get(how) ?? {};
    const numbered = stderr.split(/^(?=\d+\. )/m).slice(1);
    const problems = numbered.length > 0 ? numbered : [stderr];

    expect(code).toBe(2);
    expect(problems).toEqual(told.map(([problem]) => expect.stringContaining(`${problem}: `) as string));
    told.forEach((parts, index) => {
      for (const part of parts) expect(problems[index]).toContain(part);
    });
  });
});
