import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import fc from 'fast-check';

import type { AuditEvent } from '@daemonry/modules/audit_log';

import {
  appendCode,
  codesOf,
  endAuditLogs,
  givenAuditLog,
  givenFolder,
  readSegment,
  scanned,
} from './support/givenAuditLog';

afterEach(endAuditLogs);

const FIRST = '000000000001.jsonl';

const lineOf = (sequence: number, code = `c${sequence}`): string =>
  `${JSON.stringify({
    sequence,
    at: '2030-01-01T00:00:00.000Z',
    type: 'reasoning.refused',
    source: 'test',
    details: { route: 'unknown', code },
  })}\n`;

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => lineOf(from + index));

const codes = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `c${from + index}`);

/** A log whose files were written by somebody else; its consumer `reader` begins before them. */
async function givenFiles(files: Record<string, string | Buffer>) {
  const data = await givenFolder();
  await mkdir(join(data, 'audit', 'cursors'), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(data, 'audit', name), content);
  const first = Number(Object.keys(files).sort()[0]?.slice(0, 12));
  const cursor = { sequence: first - 1, segment: first, offset: 0 };
  await writeFile(join(data, 'audit', 'cursors', 'reader.json'), JSON.stringify(cursor));
  return givenAuditLog({ data });
}

async function handed({ audit }: Pick<Awaited<ReturnType<typeof givenFiles>>, 'audit'>): Promise<string[]> {
  const events: AuditEvent[] = [];
  const consumer = audit.consumer('reader', ['reasoning.refused']);
  await consumer.deliver(async (event) => void events.push(event));
  return codesOf(events);
}

const damageIn = async ({ audit }: Pick<Awaited<ReturnType<typeof givenFiles>>, 'audit'>) =>
  (await scanned(audit, { types: ['audit.damaged'] })).map(({ details }) => details);

describe('a log whose last line was cut off', () => {
  it('is whole again at any length: what was whole is kept, the rest is moved aside and told once', async () => {
    const whole = lines(1, 3).join('');
    const last = Buffer.from(lineOf(4, '😀'));
    const cutAt = async (cut: number): Promise<void> => {
      const tail = last.subarray(0, cut);
      const given = await givenFiles({ [FIRST]: Buffer.concat([Buffer.from(whole), tail]) });
      const isWhole = cut === last.length;
      const isTorn = cut > 0 && !isWhole;

      await appendCode(given.audit, 'next');

      expect(await handed(given)).toEqual([...codes(1, 3), ...(isWhole ? ['😀'] : []), 'next']);
      const names = (await readdir(given.folder)).filter((name) => name.endsWith('.damaged'));
      expect(names).toEqual(isTorn ? [`${FIRST}.${whole.length}.damaged`] : []);
      if (isTorn) expect(await readFile(join(given.folder, names[0] ?? ''))).toEqual(tail);
      await given.stop();
      const text = await readSegment(given.data, FIRST);
      expect(text.split('"audit.damaged"')).toHaveLength(isTorn ? 2 : 1);
      expect(text.startsWith(whole) && text.endsWith('\n')).toBe(true);
    };

    const cuts = Array.from({ length: last.length + 1 }, (_, cut) => cut);
    for (let at = 0; at < cuts.length; at += 20) await Promise.all(cuts.slice(at, at + 20).map(cutAt));
  }, 60_000);

  it('may be read before it is written again: its last line is not there yet', async () => {
    const given = await givenFiles({ [FIRST]: `${lines(1, 2).join('')}{"sequence":3` });

    expect(codesOf(await scanned(given.audit))).toEqual(['c1', 'c2']);
    expect(await readSegment(given.data, FIRST)).toContain('{"sequence":3');
  });

  it('that is cut off twice at the same place keeps both rests', async () => {
    const given = await givenFiles({ [FIRST]: `${lineOf(1)}first rest` });
    await handed(given);
    await given.stop();
    await writeFile(join(given.folder, FIRST), `${lineOf(1)}second rest`);

    const again = await givenAuditLog({ data: given.data });
    await appendCode(again.audit, 'next');

    const names = (await readdir(given.folder)).filter((name) => name.endsWith('.damaged')).sort();
    const rests = await Promise.all(names.map((name) => readFile(join(given.folder, name), 'utf8')));
    expect(rests.sort()).toEqual(['first rest', 'second rest']);
  });
});

const POISON: readonly (readonly [title: string, line: string | Buffer, reason: string])[] = [
  ['garbage', 'garbage\n', 'too short'],
  ['empty', '\n', 'too short'],
  ['no JSON', lineOf(3).replace('}', ''), 'not JSON'],
  ['a list', `${JSON.stringify(new Array(30).fill(1))}\n`, 'it must be an object'],
  ['of no type', lineOf(3).replace('"reasoning.refused"', 'null'), 'its type is unknown'],
  ['with a foreign field', lineOf(3).replace('"source"', '"__proto__":{"x":1},"source"'), 'it must be an object of'],
  ['with a foreign detail', lineOf(3).replace('"route"', '"__proto__":{"x":1},"route"'), '"__proto__" is not a field'],
  ['with a repeated sequence', lineOf(2, 'again'), 'sequence 2 again, after 2'],
  ['with a smaller sequence', lineOf(1, 'again'), 'sequence 1 again, after 2'],
  ['with a sequence ahead', lineOf(4, 'ahead'), 'sequence 4 right after 2'],
  ['with a sequence far ahead', lineOf(9_000_000, 'ahead'), 'sequence 9000000, which belongs to a later segment'],
  ['with a sequence that is none', lineOf(3).replace('"sequence":3', '"sequence":1e999'), '"sequence" must count'],
  ['with an instant that is none', lineOf(3).replace('2030-01-01', '2030-99-99'), '"at" must be an instant'],
  ['not UTF-8', Buffer.from(lineOf(3, 'caf\u00e9'), 'latin1'), 'not UTF-8'],
  ['of zeros', Buffer.concat([Buffer.alloc(500), Buffer.from('\n')]), 'not JSON'],
  ['too long', `${JSON.stringify({ sequence: 3, text: 'x'.repeat(300_000) })}\n`, 'a line of more than 262144 bytes'],
];

describe('a poisoned line', () => {
  it.each(POISON)('that is %s stops nobody, stays where it is, and is told once', async (_title, poison, reason) => {
    const before = Buffer.from(lines(1, 2).join(''));
    const poisoned = Buffer.concat([before, Buffer.from(poison), Buffer.from(lines(3, 4).join(''))]);
    const given = await givenFiles({ [FIRST]: poisoned, '000000000005.jsonl': lines(5, 6).join('') });

    expect(await handed(given)).toEqual(codes(1, 6));
    await scanned(given.audit);
    const { audit, data } = await given.restart();
    expect(codesOf(await scanned(audit))).toEqual(codes(1, 6));
    await appendCode(audit, 'c7');
    expect(await handed({ audit })).toEqual(['c7']);

    expect(await readFile(join(data, 'audit', FIRST))).toEqual(poisoned);
    expect(await damageIn({ audit })).toEqual([
      {
        segment: `audit/${FIRST}`,
        offset: before.length,
        bytes: Buffer.from(poison).length,
        reason: expect.stringContaining(reason) as string,
      },
    ]);
  });

  it('in the place of an event makes that one missing, and no other', async () => {
    const [one, , ...rest] = lines(1, 5);
    const given = await givenFiles({ [FIRST]: [one, 'x\n', ...rest].join('') });

    expect(await handed(given)).toEqual(['c1', 'c3', 'c4', 'c5']);
  });

  it('at the end of the log makes it go on in a new segment, with a sequence of its own', async () => {
    const given = await givenFiles({ [FIRST]: `${lines(1, 2).join('')}garbage\n` });

    const { sequence } = await appendCode(given.audit, 'next');

    expect(sequence).toBe(4);
    expect(await given.segments()).toEqual([FIRST, '000000000004.jsonl']);
    expect(await handed(given)).toEqual(['c1', 'c2', 'next']);
    expect(await damageIn(given)).toHaveLength(1);
  });

  it('that somebody appends while the log is written is told, and the next event is not glued to it', async () => {
    const given = await givenAuditLog();
    await given.audit.consumer('reader', ['reasoning.refused']).start();
    await appendCode(given.audit, 'a');
    await appendFile(join(given.folder, FIRST), 'half a line');

    await appendCode(given.audit, 'b');

    expect(await handed(given)).toEqual(['a', 'b']);
    await given.stop();
    expect(await damageIn(await givenAuditLog({ data: given.data }))).toMatchObject([{ bytes: 'half a line'.length }]);
  });

  it('at the cut end of an older segment is told', async () => {
    const given = await givenFiles({ [FIRST]: `${lines(1, 2).join('')}{"seq`, '000000000003.jsonl': lineOf(3) });

    expect(await handed(given)).toEqual(codes(1, 3));
    expect(await damageIn(given)).toMatchObject([{ segment: `audit/${FIRST}`, bytes: 5 }]);
  });

  it('is one damage together with those right beside it, however many', async () => {
    const given = await givenFiles({ [FIRST]: `${lineOf(1)}${'\n'.repeat(100_000)}${lineOf(2)}` });

    expect(await handed(given)).toEqual(['c1', 'c2']);
    expect(await damageIn(given)).toMatchObject([{ bytes: 100_000 }]);
  });

  it('never costs an event, wherever poison lies between the lines', async () => {
    const broken = POISON.filter(
      ([title]) => !/sequence (again|ahead)|(repeated|smaller) sequence|too long/.test(title),
    );
    const garbage = fc.oneof(
      fc.constantFrom(...broken.map(([, line]) => Buffer.from(line))),
      fc
        .uint8Array({ maxLength: 300 })
        .map((bytes) => Buffer.from([...bytes.map((byte) => (byte === 10 ? 32 : byte)), 10])),
      // What stood there before, once more.
      fc.constant(undefined),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(19), garbage), { maxLength: 5 }), async (insertions) => {
        const parts = lines(1, 20).flatMap((line, index, all) => [
          Buffer.from(line),
          ...insertions
            .filter(([after]) => after === index)
            .map(([, poison]) => poison ?? Buffer.from(all.slice(Math.max(0, index - 2), index + 1).join(''))),
        ]);
        const given = await givenFiles({ [FIRST]: Buffer.concat(parts) });
        const seen = await handed(given);
        await given.stop();
        expect(seen).toEqual(codes(1, 20));
      }),
      { numRuns: 15 },
    );
  }, 30_000);
});
