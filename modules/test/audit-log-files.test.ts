import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { AuditWriteError } from '@daemonry/modules/audit_log';

import { appendCode, codesOf, endAuditLogs, givenAuditLog, givenFolder, scanned } from './support/givenAuditLog';

afterEach(endAuditLogs);

describe('the files of the audit log', () => {
  describe('rotation', () => {
    it('begins a new segment, named after its first sequence, when one is full', async () => {
      const { audit, folder, segments } = await givenAuditLog({ settings: { segmentBytes: 4_096 } });

      const codes = Array.from({ length: 100 }, (_, index) => `c${index}`);
      for (const code of codes) await appendCode(audit, code);

      const names = await segments();
      expect(names.length).toBeGreaterThan(2);
      for (const name of names) expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(4_096);
      expect(codesOf(await scanned(audit))).toEqual(codes);
      const firsts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
      expect(firsts.map((text) => (JSON.parse(text.split('\n')[0] ?? '') as { sequence: number }).sequence)).toEqual(
        names.map((name) => Number(name.slice(0, 12))),
      );
    });

    it('keeps so many segments, and removes the oldest', async () => {
      const { audit, segments } = await givenAuditLog({ settings: { segmentBytes: 4_096, keepSegments: 2 } });

      for (let index = 0; index < 200; index++) await appendCode(audit, `c${index}`);

      expect(await segments()).toHaveLength(2);
      expect(codesOf(await scanned(audit)).at(-1)).toBe('c199');
    });

    it('removes segments whose events are all too old, and never the last', async () => {
      const settings = { segmentBytes: 4_096, keepFor: '2d' };
      const given = await givenAuditLog({ settings });
      for (let index = 0; index < 60; index++) await appendCode(given.audit, `old${index}`);
      expect((await given.segments()).length).toBeGreaterThan(1);

      const { audit, segments } = await given.restart({ now: '2030-02-01T00:00:00Z' });
      for (let index = 0; index < 60; index++) await appendCode(audit, `new${index}`);

      const codes = codesOf(await scanned(audit));
      expect(codes.filter((code) => code.startsWith('new'))).toHaveLength(60);
      // A segment that holds a new event is kept with its old ones.
      expect(codes).not.toContain('old0');
      expect((await segments())[0]).not.toBe('000000000001.jsonl');
    });
  });

  it('removes and passes over no event because a clock was wrong for a while', async () => {
    const settings = { segmentBytes: 4_096, keepFor: '2d' };
    const first = await givenAuditLog({ settings, now: '2030-01-01T00:00:00Z' });
    for (let index = 0; index < 50; index++) {
      await appendCode(first.audit, `before${index}`);
      await first.app.clock.advance('4h');
    }
    const second = await first.restart({ now: '2000-01-01T00:00:00Z' });
    for (let index = 0; index < 60; index++) await appendCode(second.audit, `wrong${index}`);

    const { audit } = await second.restart({ now: '2030-01-10T00:00:00Z' });
    for (let index = 0; index < 60; index++) await appendCode(audit, `after${index}`);

    const codes = codesOf(await scanned(audit, { since: Date.parse('2030-01-08T00:00:00Z') }));
    expect(codes.filter((code) => code.startsWith('before'))).toEqual(
      Array.from({ length: 8 }, (_, index) => `before${42 + index}`),
    );
    expect(codes.filter((code) => code.startsWith('after'))).toHaveLength(60);
  });

  describe('when it cannot be written', () => {
    it('rejects on a full disk with the code and what to do, and goes on once there is room', async () => {
      const { audit, folder } = await givenAuditLog();
      await mkdir(folder, { recursive: true });
      const segment = join(folder, '000000000001.jsonl');
      await symlink('/dev/full', segment);

      const refused = await appendCode(audit, 'lost').catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(AuditWriteError);
      expect(refused).toMatchObject({
        code: 'LOG_WRITE_FAILED',
        errno: 'ENOSPC',
        fix: expect.stringContaining('free space') as string,
      });

      await rm(segment);
      expect((await appendCode(audit, 'kept')).sequence).toBe(1);
      expect(codesOf(await scanned(audit))).toEqual(['kept']);
    });

    it('rejects when a file stands where its folder belongs', async () => {
      const data = await givenFolder();
      await writeFile(join(data, 'audit'), '');
      const { audit } = await givenAuditLog({ data });

      await expect(appendCode(audit, 'a')).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED', errno: 'EEXIST' });
    });

    it('goes on in a new file when its own was removed, and never gives a sequence twice', async () => {
      const { app, audit, folder } = await givenAuditLog();
      await appendCode(audit, 'gone');
      await rm(folder, { recursive: true });

      expect((await appendCode(audit, 'kept')).sequence).toBe(2);

      expect(codesOf(await scanned(audit))).toEqual(['kept']);
      expect(app.logs).toContainEqual(
        expect.objectContaining({ level: 'warn', message: expect.stringContaining('Somebody else') as string }),
      );
    });
  });
});
