import {
  type AuditConsumer,
  AuditConsumerError,
  type AuditEvent,
  type AuditEventType,
  type AuditLog,
  type DeliverOptions,
} from '@daemonry/modules/audit_log';

import { appendCode, codesOf, endAuditLogs, givenAuditLog } from './support/givenAuditLog';
import { readRows } from './support/readAudit';

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
    const { audit, data } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    for (const code of ['a', 'b', 'c']) await appendCode(audit, code);

    const stored: unknown[] = [];
    await consumer.deliver(async () => {
      stored.push(...(await readRows(data, 'audit_log_consumers')));
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

  it('is told how many events retention has removed before it came to them', async () => {
    const { app, audit } = await givenAuditLog({ settings: { keepRows: 1_000 } });
    const [quick, slow] = [consumerOf(audit, 'quick'), consumerOf(audit, 'slow')];
    await Promise.all([quick.start(), slow.start()]);
    const seen: string[] = [];
    for (let index = 0; index < 1_200; index++) {
      await appendCode(audit, `c${index}`);
      if (index % 100 === 99) seen.push(...(await delivered(quick)).codes);
    }

    const late = await delivered(slow);

    expect(seen).toEqual(Array.from({ length: 1_200 }, (_, index) => `c${index}`));
    expect(late.codes).toEqual(seen.slice(200));
    expect(late.missed).toBe(200);
    expect(app.logs).toContainEqual(expect.objectContaining({ level: 'warn', consumer: 'slow', events: 200 }));
    expect((await delivered(slow)).missed).toBe(0);
  });

  it('whose cursor cannot be stored rejects, and is handed nothing twice in the same process', async () => {
    const { audit, tamper } = await givenAuditLog();
    const consumer = consumerOf(audit);
    await consumer.start();
    for (const code of ['a', 'b']) await appendCode(audit, code);
    await tamper('ALTER TABLE audit_log_consumers RENAME TO aside');
    const codes: string[] = [];
    const handle = async (event: AuditEvent): Promise<void> => void codes.push(...codesOf([event]));

    await expect(consumer.deliver(handle)).rejects.toMatchObject({ code: 'STATE_STATEMENT' });
    await tamper('ALTER TABLE aside RENAME TO audit_log_consumers');
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
