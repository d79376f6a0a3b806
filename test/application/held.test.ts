import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon } from '../../src';
import { givenPatient, started, statusOf } from '../support/restarts';

/** A daemon that needs others. */
function givenNeeding(needs: readonly string[], name = 'needs') {
  @BackgroundDaemon({ name, interval: '10s', dependsOn: needs })
  class Needing {
    tick(): void {}
  }
  return Needing;
}

const NOW = '2030-01-01T00:00:00Z';

describe('a daemon that runs, and needs one that does not', () => {
  it.each([
    ['has died for good', 'never', 'died'],
    ['waits for its restart', { delay: '1h', maxDelay: '1h', jitter: 0 }, 'backing_off'],
  ] as const)('is held by one that %s, and everybody says so', async (_how, restart, state) => {
    const flaky = givenPatient('flaky', { restart });
    const app = await started([flaky.listener, givenNeeding(['flaky'])], { now: NOW });
    await app.clock.advance('5s');
    flaky.patient.die(new Error('gone'));
    await app.clock.advance('20s');

    expect(statusOf(app, 'flaky')).toMatchObject({ state });
    expect(statusOf(app, 'needs')).toMatchObject({ state: 'running', blockedBy: 'flaky' });
    expect((await app.health()).causes).toEqual([
      expect.stringContaining('gone'),
      '"needs" skips its due moments: it needs "flaky", which does not run',
    ]);
    const held = 'dependency (it needs "flaky", which does not run).';
    const [past] = await app.explain('needs', '2030-01-01T00:00:20Z');
    expect(past?.text).toBe(`needs.tick (every 10s) was skipped: ${held}`);
    expect(app.runs('needs')[0]).toMatchObject({
      reason: 'dependency',
      detail: 'it needs "flaky", which does not run',
    });
    const [next] = await app.explain('needs', '2030-01-01T00:00:30Z');
    expect(next).toMatchObject({ verdict: 'will-be-skipped' });
    expect(next?.text).toContain(`and will be skipped, as things are: ${held}`);
    expect((await app.stop()).causes).toContain('"needs" skips its due moments: it needs "flaky", which does not run');
  });

  it('is held no longer once that runs again', async () => {
    const flaky = givenPatient('flaky', { restart: { delay: '15s', jitter: 0 } });
    const app = await started([flaky.listener, givenNeeding(['flaky'])], { now: NOW });
    flaky.patient.die(new Error('gone'));
    await app.clock.advance('16s');

    expect(statusOf(app, 'needs')).not.toHaveProperty('blockedBy');
    expect(await app.health()).toMatchObject({ causes: [] });
    expect(await app.explain('needs', '2030-01-01T00:00:20Z')).toMatchObject([{ verdict: 'will-run' }]);
  });

  it('of two needs names the one that does not run, and through a blocked one the one that failed', async () => {
    const db = givenPatient('db', { restart: { delay: '15s', jitter: 0 } });
    const queue = givenPatient('queue', { restart: { delay: '5s', jitter: 0 }, dependsOn: ['db'] });
    const app = await started([db.listener, queue.listener, givenNeeding(['queue', 'db'])], { now: NOW });
    queue.patient.die(new Error('gone'));
    await app.clock.advance('1s');
    expect(statusOf(app, 'needs')?.blockedBy).toBe('queue');
    db.patient.die(new Error('gone as well'));
    await app.clock.advance('9s');

    expect(statusOf(app, 'queue')).toMatchObject({ state: 'blocked', blockedBy: 'db' });
    expect(statusOf(app, 'needs')?.blockedBy).toBe('db');
    await app.clock.advance('10s');
    expect(app.runs('needs').map(({ detail }) => detail)).toEqual(['it needs "queue", which does not run', undefined]);
  });

  it('is not held by one that it only wants, nor by one that a listener of its own needs', async () => {
    const db = givenPatient('db', { restart: 'never' });
    @BackgroundDaemon({ interval: '10s', wants: ['db'] })
    class Wanting {
      tick(): void {}
    }
    const app = await started([
      db.listener,
      Wanting,
      givenNeeding(['db'], 'between'),
      givenNeeding(['between'], 'far'),
    ]);
    db.patient.die(new Error('gone'));
    await app.clock.advance('10s');

    expect(app.status().listeners.map(({ name, blockedBy }) => [name, blockedBy])).toEqual([
      ['db', undefined],
      ['wanting', undefined],
      ['between', 'db'],
      ['far', undefined],
    ]);
  });

  it('is held while an operator restarts its need, without being a loss', async () => {
    const db = givenPatient('db');
    const app = await started([db.listener, givenNeeding(['db'])]);
    db.patient.startsIn = '10s';
    const restarted = app.restart('db', { by: 'kim', reason: 'a new password' });
    await app.clock.advance('1s');
    expect(statusOf(app, 'needs')?.blockedBy).toBe('db');
    await app.clock.advance('15s');
    await restarted;
    expect(app.journal).not.toContain('application.degraded');
  });

  it('leaves whom it was held by in the history, for later sessions', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'daemonry-held-'));
    const config = { values: { state: { directory }, history: {} } };
    const flaky = givenPatient('flaky', { restart: 'never' });
    const app = await started([flaky.listener, givenNeeding(['flaky'])], { now: NOW, config });
    flaky.patient.die(new Error('gone'));
    await app.clock.advance('10s');
    await app.pause('needs', { by: 'kim', reason: 'the disk is full' });
    await app.clock.advance('10s');
    await app.stop();

    const later = await started([givenPatient('flaky').listener, givenNeeding(['flaky'])], { now: NOW, config });
    const { runs } = await later.history.query({ listener: 'needs' });

    expect(runs.map(({ detail }) => detail)).toEqual([
      'pause by kim: the disk is full',
      'it needs "flaky", which does not run',
    ]);
    await later.stop();
    rmSync(directory, { recursive: true });
  });
});
