import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  type AuditConsumer,
  AuditConsumerError,
  type AuditEvent,
  type AuditEventType,
  type AuditLog,
  type DeliverOptions,
} from '@daemonry/modules/audit_log';

import { appendCode, codesOf, endAuditLogs, givenAuditLog } from './support/givenAuditLog';

afterEach(endAuditLogs);

const TYPE = ['reasoning.refused'] as const;

const consumerOf = (audit: AuditLog, name = 'reader'): AuditConsumer<'reasoning.refused'> => audit.consumer(name, TYPE);

async function delivered<T extends AuditEventType>(
  consumer: AuditConsumer<T>,
  options: DeliverOptions = {},
): Promise<{ codes: string[]; more: boolean; missed: number }> {
  const events: AuditEvent[] = [];
  const { more, missed } = await consumer.deliver(async (event) => void events.push(event as AuditEvent), options);
  return { codes: codesOf(events), more, missed };
}

describe('a consumer of the audit log', () => {
  it('is handed what is appended after its beginning, each event once and in order', async () => {
    const { audit } = await givenAuditLog();
    await appendCode(audit, 'history');
    const consumer = consumerOf(audit);

    expect((await delivered(consumer)).codes).toEqual([]);
    await appendCode(audit, 'a');
    await appendCode(audit, 'b');
    expect((await delivered(consumer)).codes).toEqual(['a', 'b']);
    // Also events of the same instant: the clock has not moved.
    expect((await delivered(consumer)).codes).toEqual([]);
    await appendCode(audit, 'c');
    expect((await delivered(consumer)).codes).toEqual(['c']);
  });

  it('begins at start(), and only once', async () => {
    const { audit } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    await appendCode(audit, 'a');

    await consumer.start();

    expect((await delivered(consumer)).codes).toEqual(['a']);
  });

  it('goes on after a restart where it was', async () => {
    const given = await givenAuditLog();
    await consumerOf(given.audit).start();
    await appendCode(given.audit, 'a');
    await appendCode(given.audit, 'b');
    await delivered(consumerOf(given.audit), { limit: 1 });

    const { audit } = await given.restart();
    await appendCode(audit, 'c');

    expect((await delivered(consumerOf(audit))).codes).toEqual(['b', 'c']);
  });

  it('has its place stored after each event, so that a death while one is handled repeats no other', async () => {
    const { audit, folder } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    for (const code of ['a', 'b', 'c']) await appendCode(audit, code);

    const stored: unknown[] = [];
    await consumer.deliver(async () => {
      stored.push(JSON.parse(await readFile(join(folder, 'cursors', 'reader.json'), 'utf8')));
    });

    expect(stored).toMatchObject([{ sequence: 0 }, { sequence: 1 }, { sequence: 2 }]);
  });

  it('is independent of another one', async () => {
    const { audit } = await givenAuditLog();
    const [one, two] = [consumerOf(audit, 'one'), consumerOf(audit, 'two')];
    await Promise.all([one.start(), two.start()]);
    await appendCode(audit, 'a');

    expect((await delivered(one)).codes).toEqual(['a']);
    await appendCode(audit, 'b');

    expect((await delivered(two)).codes).toEqual(['a', 'b']);
    expect((await delivered(one)).codes).toEqual(['b']);
  });

  it('is handed only its types', async () => {
    const { audit } = await givenAuditLog();
    const consumer = audit.consumer('expiries', ['promotion.expired']);
    await consumer.start();
    await appendCode(audit, 'a');
    await audit.append('promotion.expired', { loop: 'phrasebook', id: 'x' }, { source: 'test' });
    const loops: string[] = [];

    await consumer.deliver(async ({ details }) => void loops.push(details.loop));

    expect(loops).toEqual(['phrasebook']);
  });

  it('is handed as many as its limit, and told whether there are more for it', async () => {
    const { audit } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    for (const code of ['a', 'b', 'c']) await appendCode(audit, code);
    await audit.append('promotion.expired', { loop: 'phrasebook', id: 'x' }, { source: 'test' });

    expect(await delivered(consumer, { limit: 2 })).toMatchObject({ codes: ['a', 'b'], more: true });
    expect(await delivered(consumer, { limit: 1 })).toMatchObject({ codes: ['c'], more: false });
  });

  it('is not handed what its own handler appends before the next delivery', async () => {
    const { audit } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    await appendCode(audit, 'a');

    const { delivered: count } = await consumer.deliver(async () => void (await appendCode(audit, 'echo')));

    expect(count).toBe(1);
    expect((await delivered(consumer)).codes).toEqual(['echo']);
  });

  it('is told of a handler that rejects, and goes on with the next event', async () => {
    const { audit } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    for (const code of ['bad', 'good']) await appendCode(audit, code);

    const outcome = await consumer.deliver(async ({ details }) => {
      if (details.code === 'bad') throw new Error('no luck');
    });

    expect(outcome).toMatchObject({ delivered: 2, failed: [{ sequence: 1, error: { message: 'no luck' } }] });
    expect((await delivered(consumer)).codes).toEqual([]);
  });

  it('is handed an event again whose handler was interrupted by the signal', async () => {
    const { audit } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    for (const code of ['a', 'b']) await appendCode(audit, code);
    const controller = new AbortController();

    const interrupted = consumer.deliver(
      async ({ details }) => {
        if (details.code === 'a') return;
        controller.abort(new Error('stopping'));
        throw new Error('cut off');
      },
      { signal: controller.signal },
    );

    await expect(interrupted).rejects.toThrow('stopping');
    expect((await delivered(consumer)).codes).toEqual(['b']);
  });

  it('is handed each event once when deliveries overlap', async () => {
    const { audit } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    for (const code of ['a', 'b', 'c']) await appendCode(audit, code);

    const both = await Promise.all([delivered(consumer), delivered(audit.consumer('reader', TYPE))]);

    expect(both.flatMap(({ codes }) => codes)).toEqual(['a', 'b', 'c']);
  });

  it('is handed on across segments, and told how many events retention has removed', async () => {
    const { app, audit, segments } = await givenAuditLog({ settings: { segmentBytes: 4_096, keepSegments: 2 } });
    const [quick, slow] = [consumerOf(audit, 'quick'), consumerOf(audit, 'slow')];
    await Promise.all([quick.start(), slow.start()]);
    const seen: string[] = [];
    for (let index = 0; index < 150; index++) {
      await appendCode(audit, `c${index}`);
      seen.push(...(await delivered(quick)).codes);
    }
    const oldest = Number((await segments())[0]?.slice(0, 12));

    const late = await delivered(slow);

    expect(seen).toEqual(Array.from({ length: 150 }, (_, index) => `c${index}`));
    expect(late.codes).toEqual(seen.slice(oldest - 1));
    expect(late.missed).toBe(oldest - 1);
    expect(app.logs).toContainEqual(expect.objectContaining({ level: 'warn', consumer: 'slow', events: oldest - 1 }));
    expect((await delivered(slow)).missed).toBe(0);
  });

  it('goes on with new events when the end of the log, which it had been handed, is lost', async () => {
    const given = await givenAuditLog();
    await consumerOf(given.audit).start();
    for (const code of ['a', 'b', 'lost']) await appendCode(given.audit, code);
    await delivered(consumerOf(given.audit));
    await given.stop();
    const segment = join(given.folder, '000000000001.jsonl');
    const text = await readFile(segment, 'utf8');
    await truncate(segment, text.lastIndexOf('{"sequence"'));

    const { audit } = await givenAuditLog({ data: given.data });
    await appendCode(audit, 'new');

    expect((await delivered(consumerOf(audit))).codes).toEqual(['new']);
    expect((await audit.latest(1))[0]?.sequence).toBe(4);
  });

  it('goes on with the new events when every segment was removed', async () => {
    const given = await givenAuditLog();
    await consumerOf(given.audit).start();
    for (const code of ['a', 'b']) await appendCode(given.audit, code);
    await delivered(consumerOf(given.audit));
    await given.stop();
    await rm(join(given.folder, '000000000001.jsonl'));

    const { audit } = await givenAuditLog({ data: given.data });
    expect(await delivered(consumerOf(audit))).toEqual({ codes: [], more: false, missed: 0 });
    await appendCode(audit, 'new');

    expect(await delivered(consumerOf(audit))).toEqual({ codes: ['new'], more: false, missed: 0 });
  });

  it.each([
    ['no JSON', '{"sequence":'],
    ['empty', ''],
    ['of another shape', '{"sequence":-1,"segment":1,"offset":0}'],
  ])('whose cursor is %s is handed what is kept once more, and the file is kept aside', async (_title, text) => {
    const given = await givenAuditLog();
    await consumerOf(given.audit).start();
    for (const code of ['a', 'b']) await appendCode(given.audit, code);
    await delivered(consumerOf(given.audit));
    const cursors = join(given.folder, 'cursors');
    await writeFile(join(cursors, 'reader.json'), text);

    const { app, audit } = await given.restart();

    expect((await delivered(consumerOf(audit))).codes).toEqual(['a', 'b']);
    expect((await delivered(consumerOf(audit))).codes).toEqual([]);
    expect(await readFile(join(cursors, 'reader.json.1.damaged'), 'utf8')).toBe(text);
    expect((await readdir(cursors)).sort()).toEqual(['reader.json', 'reader.json.1.damaged']);
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('The cursor of reader') as string }),
    );
  });

  it('whose cursor cannot be stored rejects, and is handed nothing twice in the same process', async () => {
    const { audit, folder } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    for (const code of ['a', 'b']) await appendCode(audit, code);
    await rm(join(folder, 'cursors'), { recursive: true });
    await writeFile(join(folder, 'cursors'), '');
    const codes: string[] = [];
    const handle = async (event: AuditEvent): Promise<void> => void codes.push(...codesOf([event]));

    await expect(consumer.deliver(handle)).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED', name: 'AuditWriteError' });
    await rm(join(folder, 'cursors'));
    await consumer.deliver(handle);

    expect(codes).toEqual(['a', 'b']);
  });

  it.each(['', '../out', 'A', '.hidden', 'a/b', 'x'.repeat(65)])('cannot be named "%s"', async (name) => {
    const { audit } = await givenAuditLog();

    expect(() => audit.consumer(name, TYPE)).toThrow(AuditConsumerError);
  });

  it('cannot have the name of one for other types', async () => {
    const { audit } = await givenAuditLog();
    audit.consumer('reader', TYPE);

    expect(() => audit.consumer('reader', ['promotion.expired'])).toThrow(/for other types/);
  });
});
