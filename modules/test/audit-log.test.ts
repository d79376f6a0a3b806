import { readdir, stat } from 'node:fs/promises';

import type { AuditDetails } from '@daemonry/modules/audit_log';

import { appendCode, codesOf, endAuditLogs, givenAuditLog, scanned } from './support/givenAuditLog';
import { readRows } from './support/readAudit';

afterEach(endAuditLogs);

const REFUSED: AuditDetails['capability.denied'] = {
  surface: 'mcp',
  caller: 'desk',
  capability: 'delete',
  reason: 'not on the list',
};

describe('the audit log', () => {
  it('gives each event the next sequence and the time of the application, and holds what was appended', async () => {
    const { audit } = await givenAuditLog();

    const first = await audit.append('capability.denied', REFUSED, { source: 'mcp' });
    const second = await audit.append('promotion.expired', { loop: 'phrasebook', id: 'a' }, { source: 'promotions' });

    expect(first).toEqual({
      sequence: 1,
      at: '2030-01-01T00:00:00.000Z',
      type: 'capability.denied',
      source: 'mcp',
      details: REFUSED,
    });
    expect(second.sequence).toBe(2);
    expect(await scanned(audit)).toEqual([first, second]);
  });

  it('has its tables from the start, and may be read while it is empty', async () => {
    const { audit, data } = await givenAuditLog();

    expect(await scanned(audit)).toEqual([]);
    expect(await audit.latest(10)).toEqual([]);
    expect(await readRows(data, 'audit_log_chain')).toMatchObject([{ removed: 0, last: 0 }]);
  });

  it('keeps the order of concurrent appends', async () => {
    const { audit } = await givenAuditLog();
    const codes = Array.from({ length: 500 }, (_, index) => `c${index}`);

    const events = await Promise.all(codes.map((code) => appendCode(audit, code)));

    expect(events.map(({ sequence }) => sequence)).toEqual(codes.map((_, index) => index + 1));
    expect(codesOf(await scanned(audit))).toEqual(codes);
  });

  it('goes on with its sequence after a restart', async () => {
    const given = await givenAuditLog();
    await appendCode(given.audit, 'before');

    const { audit } = await given.restart();

    expect((await appendCode(audit, 'after')).sequence).toBe(2);
    expect(codesOf(await scanned(audit))).toEqual(['before', 'after']);
  });

  it('is in the state database alone, readable by its owner only', async () => {
    const { audit, data, file } = await givenAuditLog();

    await appendCode(audit, 'a');

    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(
      (await readdir(data)).filter(
        (name) => !/^test(\.lock)?\.db(-wal|-shm|-journal)?$|^test\.owner\.json$/.test(name),
      ),
    ).toEqual([]);
  });

  it('keeps the order of thousands of events, many of them appended at once', async () => {
    const { audit } = await givenAuditLog();
    const codes = Array.from({ length: 2_000 }, (_, index) => `c${index}`);

    for (let index = 0; index < codes.length; index += 10) {
      await Promise.all(codes.slice(index, index + 10).map((code) => appendCode(audit, code)));
    }

    expect(codesOf(await scanned(audit))).toEqual(codes);
  });

  describe('what it takes', () => {
    it('is closed: what is not in the table does not compile', async () => {
      const { audit } = await givenAuditLog();
      const by = { source: 'test' };

      await expect(
        Promise.allSettled([
          // @ts-expect-error -- no such type
          audit.append('alert.dispatched', {}, by),
          // @ts-expect-error -- no such channel
          audit.append('webhook.dead_letter', { webhook: 'slack_dm', reason: '', status: 1, headers: {} }, by),
          // @ts-expect-error -- no such field
          audit.append('promotion.expired', { loop: 'phrasebook', id: 'a', why: 'old' }, by),
          // @ts-expect-error -- a field is missing
          audit.append('promotion.expired', { loop: 'phrasebook' }, by),
        ]),
      ).resolves.toEqual(Array(4).fill(expect.objectContaining({ status: 'rejected' })));
    });

    it.each<[title: string, type: string, details: unknown, why: string]>([
      ['an unknown type', 'nothing.known', {}, 'its type is unknown'],
      ['a type that objects inherit', 'constructor', {}, 'its type is unknown'],
      ['the type __proto__', '__proto__', {}, 'its type is unknown'],
      ['a missing field', 'reasoning.refused', { route: 'unknown' }, '"code" is missing'],
      ['an unknown field', 'reasoning.refused', { route: 'unknown', code: 'a', more: 1 }, '"more" is not a field'],
      ['a value outside the closed set', 'reasoning.refused', { route: 'slack', code: 'a' }, '"route" must be one of'],
      ['a value of another type', 'reasoning.refused', { route: 'unknown', code: 7 }, '"code" must be text'],
      [
        'a number that is none',
        'webhook.dead_letter',
        { webhook: 'slack', reason: 'a', status: NaN, headers: {} },
        'finite',
      ],
      ['details that are a list', 'reasoning.refused', [], 'it must be an object'],
      [
        'a field __proto__',
        'reasoning.refused',
        JSON.parse('{"route":"unknown","code":"a","__proto__":{}}'),
        '"__proto__" is not a field',
      ],
    ])('is not %s', async (_title, type, details, why) => {
      const { audit } = await givenAuditLog();

      await expect(
        audit.append(type as 'reasoning.refused', details as never, { source: 'test' }),
      ).rejects.toMatchObject({
        code: 'AUDIT_EVENT_INVALID',
        message: expect.stringContaining(why) as string,
      });

      expect((await appendCode(audit, 'next')).sequence).toBe(1);
    });

    it('is cut where a text is too long, with a mark, and never inside a character', async () => {
      const { audit } = await givenAuditLog();

      const { details } = await audit.append(
        'slack.reply_failed',
        { channel: 'C1', error: '😀'.repeat(3_000) },
        { source: 'a' },
      );

      expect(details.error.length).toBeLessThanOrEqual(2_048);
      expect(details.error).toMatch(/^(😀)+ \[…\]$/u);
      expect(await scanned(audit)).toMatchObject([{ details }]);
    });

    it('is, of headers, nothing that carries credentials', async () => {
      const { audit, data } = await givenAuditLog();
      const headers = {
        'user-agent': 'curl',
        authorization: 'Bearer s3cret',
        cookie: 'id=s3cret',
        'x-slack-signature': 'v0=s3cret',
        'x-api-key': 's3cret',
      };

      await audit.append(
        'webhook.dead_letter',
        { webhook: 'slack', reason: 'stale', status: 408, headers },
        { source: 'a' },
      );

      expect(JSON.stringify(await readRows(data, 'audit_log_events'))).not.toContain('s3cret');
      expect(await scanned(audit)).toMatchObject([
        { details: { headers: { 'user-agent': 'curl', cookie: '[redacted]', authorization: '[redacted]' } } },
      ]);
    });

    it('has room, however large its details are', async () => {
      const { audit } = await givenAuditLog();
      const worst = '\u0001'.repeat(5_000);
      const many = Array.from({ length: 200 }, (_, index) => `${worst}${index}`);

      await audit.append(
        'notification.dispatched',
        {
          alertIds: many,
          category: worst,
          severity: 'critical',
          channel: 'slack',
          kind: 'burst',
          status: 'failed',
          title: worst,
          detail: worst,
          error: worst,
        },
        { source: 'test' },
      );
      await audit.append(
        'webhook.dead_letter',
        {
          webhook: 'email',
          reason: worst,
          status: 400,
          headers: Object.fromEntries(many.map((name, n) => [`${n}${name}`, worst])),
        },
        { source: 'test' },
      );

      expect(await scanned(audit)).toHaveLength(2);
    });
  });

  describe('a scan', () => {
    it('gives only events of the types, from the instant on, after the sequence', async () => {
      const { app, audit } = await givenAuditLog();
      await appendCode(audit, 'a');
      await app.clock.advance('1h');
      const since = app.clock.now();
      await appendCode(audit, 'b');
      await audit.append('promotion.expired', { loop: 'phrasebook', id: 'x' }, { source: 'test' });
      await appendCode(audit, 'c');

      expect(codesOf(await scanned(audit, { since }))).toEqual(['b', 'c']);
      expect(await scanned(audit, { types: ['promotion.expired'] })).toMatchObject([{ sequence: 3 }]);
      expect(codesOf(await scanned(audit, { after: 2 }))).toEqual(['c']);
      expect(await scanned(audit, { after: 99 })).toEqual([]);
    });

    it('passes over no event because a clock was wrong for a while', async () => {
      const first = await givenAuditLog({ now: '2030-01-01T00:00:00Z' });
      await appendCode(first.audit, 'before');
      const second = await first.restart({ now: '2000-01-01T00:00:00Z' });
      await appendCode(second.audit, 'wrong');

      const { audit } = await second.restart({ now: '2030-01-02T00:00:00Z' });
      await appendCode(audit, 'after');

      const since = Date.parse('2030-01-01T00:00:00Z');
      expect(codesOf(await scanned(audit, { since }))).toEqual(['before', 'after']);
    });

    it('gives the events of several types in the order of the log, more of them than one statement reads', async () => {
      const { audit } = await givenAuditLog();
      for (let index = 0; index < 450; index++) {
        await appendCode(audit, `c${index}`);
        if (index % 3 === 0)
          await audit.append('promotion.expired', { loop: 'phrasebook', id: 'x' }, { source: 'test' });
      }

      const events = await scanned(audit, { types: ['promotion.expired', 'reasoning.refused'] });

      expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
      expect(await scanned(audit, { types: [] })).toEqual([]);
      expect((await audit.latest(3, { types: ['promotion.expired'] })).map(({ sequence }) => sequence)).toEqual([
        590, 594, 598,
      ]);
      expect(await audit.latest(400)).toHaveLength(400);
    });

    it('ends where the log ended when it began, though its reader appends', async () => {
      const { audit } = await givenAuditLog();
      await appendCode(audit, 'a');
      await appendCode(audit, 'b');

      let seen = 0;
      for await (const { sequence } of audit.scan()) {
        seen = sequence;
        await appendCode(audit, 'more');
      }

      expect(seen).toBe(2);
    });

    it('ends with the reason of its signal', async () => {
      const { audit } = await givenAuditLog();
      await appendCode(audit, 'a');

      await expect(scanned(audit, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    });
  });
});
