import type { AuditEvent, AuditLog } from '@daemonry/modules/audit_log';

import { appendCode, codesOf, endAuditLogs, givenAuditLog, scanned } from './support/givenAuditLog';

afterEach(endAuditLogs);

const TOLD = { route: 'unknown', code: 'told' } as const;
const BY = { source: 'test' };

/** An event that needs pages of its own. */
const large = (intent: string) => ({ subject: 'large', text: '€'.repeat(2_000), intent });
const tell = (audit: AuditLog, intent: string) => audit.tell('email.intent_logged', large(intent), BY);
const intentsOf = (events: readonly AuditEvent[]) =>
  events.flatMap(({ details }) => ('intent' in details ? [details.intent] : 'code' in details ? [details.code] : []));

type Given = Awaited<ReturnType<typeof givenAuditLog>>;

/** Failures of writing, and the end of each: no page can be added, like on a full disk, and nothing may be written. */
const FAILURES: readonly [
  title: string,
  fail: (given: Given) => Promise<unknown>,
  heal: (given: Given) => Promise<unknown>,
][] = [
  [
    'the disk is full',
    async ({ tamper }) => {
      await tamper('CREATE TABLE rest (text)');
      await tamper('PRAGMA max_page_count = 1');
      // Fills what is left of the pages that there are.
      for (;;)
        if (
          !(await tamper('INSERT INTO rest VALUES (hex(randomblob(200)))').then(
            () => true,
            () => false,
          ))
        )
          return;
    },
    async ({ tamper }) => tamper('PRAGMA max_page_count = 4294967294'),
  ],
  [
    'the file may not be written',
    ({ tamper }) => tamper('PRAGMA query_only = ON'),
    ({ tamper }) => tamper('PRAGMA query_only = OFF'),
  ],
];

describe.each(FAILURES)('the audit log, when %s', (_title, fail, heal) => {
  it('rejects what is appended, with the error of the database, and goes on once it can', async () => {
    const given = await givenAuditLog();
    await appendCode(given.audit, 'before');
    await fail(given);

    await expect(given.audit.append('email.intent_logged', large('lost'), BY)).rejects.toMatchObject({
      code: 'STATE_WRITE_FAILED',
    });
    await heal(given);

    expect((await appendCode(given.audit, 'after')).sequence).toBe(2);
    expect(codesOf(await scanned(given.audit))).toEqual(['before', 'after']);
  });

  it('keeps what it was told in memory, says so once, and stores it before the next event, with its own time', async () => {
    const given = await givenAuditLog();
    const { app, audit } = given;
    await appendCode(audit, 'before');
    await fail(given);

    for (let index = 0; index < 3; index++) {
      await tell(audit, `told${index}`);
    }
    expect(app.logs.filter(({ level }) => level === 'error')).toMatchObject([
      { message: expect.stringContaining('events wait in memory') as string, type: 'email.intent_logged' },
    ]);
    await heal(given);
    await app.clock.advance('1h');
    await appendCode(audit, 'after');

    const events = await scanned(audit);
    expect(intentsOf(events)).toEqual(['before', 'told0', 'told1', 'told2', 'after']);
    expect(events.map(({ at }) => at.slice(11, 13))).toEqual(['00', '00', '00', '00', '01']);
    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'The audit log is written again', late: 3, lost: 0 }),
    );
  });

  it('keeps no more than 1000, and counts the others', async () => {
    const given = await givenAuditLog();
    const { app, audit } = given;
    await appendCode(audit, 'before');
    await fail(given);

    for (let index = 0; index < 1_005; index++) {
      await tell(audit, `told${index}`);
    }
    expect(app.logs.filter(({ level }) => level === 'error')).toHaveLength(2);
    await heal(given);
    await audit.tell('reasoning.refused', TOLD, BY);

    expect(await scanned(audit)).toHaveLength(1_002);
    expect(app.logs).toContainEqual(expect.objectContaining({ late: 1_000, lost: 5 }));
  });

  it('stores what waits when the application stops, or says what is lost', async () => {
    const given = await givenAuditLog();
    await appendCode(given.audit, 'before');
    await fail(given);
    await tell(given.audit, 'late');
    await given.stop();
    expect(given.app.logs).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'The audit log lacks 1 events, which could not be written',
        types: { 'email.intent_logged': 1 },
      }),
    );

    const again = await givenAuditLog();
    await appendCode(again.audit, 'before');
    await fail(again);
    await tell(again.audit, 'late');
    await heal(again);
    const { audit } = await again.restart();
    expect(await scanned(audit)).toHaveLength(2);
  });
});

describe('an event that the audit log is told and that is none', () => {
  it('is logged as an error, and keeps nothing waiting', async () => {
    const { app, audit } = await givenAuditLog();

    await audit.tell('reasoning.refused', { route: 'unknown' } as never, BY);
    await audit.tell('reasoning.refused', TOLD, { source: 'half \ud800' });

    expect(app.logs.filter(({ level }) => level === 'error')).toHaveLength(2);
    expect((await appendCode(audit, 'next')).sequence).toBe(1);
  });
});

describe('a transaction of the audit log', () => {
  it('keeps events and other statements together, or none of them', async () => {
    const { audit, tamper } = await givenAuditLog();
    await tamper('CREATE TABLE orders (id INTEGER PRIMARY KEY)');

    const event = await audit.transaction(async (statements, append) => {
      await statements.run('INSERT INTO orders VALUES (1)');
      return append('reasoning.refused', TOLD, BY);
    });
    await expect(
      audit.transaction(async (statements, append) => {
        await append('reasoning.refused', TOLD, BY);
        await statements.run('INSERT INTO orders VALUES (1)');
      }),
    ).rejects.toMatchObject({ code: 'STATE_STATEMENT' });
    await expect(
      audit.transaction((statements, append) => append('reasoning.refused', {} as never, BY)),
    ).rejects.toMatchObject({ code: 'AUDIT_EVENT_INVALID' });

    expect(event).toMatchObject({ sequence: 1, source: 'test' });
    expect(await scanned(audit)).toEqual([event]);
    expect((await appendCode(audit, 'next')).sequence).toBe(2);
  });
});

describe('the retention of the audit log', () => {
  it('keeps so many events, the newest', async () => {
    const { audit } = await givenAuditLog({ settings: { keepRows: 1_000 } });

    for (let index = 0; index < 1_300; index++) await appendCode(audit, `c${index}`);

    const codes = codesOf(await scanned(audit));
    expect(codes).toHaveLength(1_000);
    expect(codes[0]).toBe('c300');
  });

  it('catches up with a limit that was lowered, some hundred events with each new one', async () => {
    const given = await givenAuditLog();
    for (let index = 0; index < 2_000; index++) await appendCode(given.audit, `c${index}`);

    const { audit } = await given.restart({ settings: { keepRows: 1_000 } });
    for (let index = 0; index < 3; index++) await appendCode(audit, `new${index}`);

    expect(await scanned(audit)).toHaveLength(1_000);
  });

  it('removes events that are too old, and never the newest', async () => {
    const settings = { keepFor: '2d' };
    const given = await givenAuditLog({ settings });
    for (let index = 0; index < 5; index++) {
      await appendCode(given.audit, `old${index}`);
      await given.app.clock.advance('12h');
    }

    const { audit } = await given.restart({ settings, now: '2030-01-04T00:00:00Z' });
    await appendCode(audit, 'new');

    expect(codesOf(await scanned(audit))).toEqual(['old2', 'old3', 'old4', 'new']);
  });

  it('removes no event because a clock was wrong for a while', async () => {
    const settings = { keepFor: '2d' };
    const first = await givenAuditLog({ settings });
    await appendCode(first.audit, 'before');
    const second = await first.restart({ settings, now: '2000-01-01T00:00:00Z' });
    await appendCode(second.audit, 'wrong');
    const { audit } = await second.restart({ settings, now: '2030-01-01T01:00:00Z' });
    await appendCode(audit, 'after');

    expect(codesOf(await scanned(audit))).toEqual(['before', 'wrong', 'after']);
  });
});
