import { BackgroundDaemon, type OperateRequest } from '../../src';
import { createTestCluster, type TestApplication } from '../../src/testing';
import { given, started } from './givenCluster';

const ann = { by: 'ann', kind: 'human', reason: 'a look at the bank' } as const;
const bob = { by: 'bob', kind: 'human', reason: 'the bank is closed' } as const;

/** What is in force, as `<task or all> by <who>`. */
const inForce = (app: TestApplication | undefined): readonly string[] =>
  (app?.intents() ?? [])
    .filter(({ action }) => action !== 'resume')
    .map(({ action, task = 'all', by }) => `${action} ${task} by ${by}`);

const acts = async (app: TestApplication | undefined, ...all: readonly OperateRequest[]): Promise<void> => {
  for (const act of all) await app?.operate(act);
};

describe('What an operator sets anew when the old is over', () => {
  it.each([0, 1, 500, 999, 1_500])('holds: a pause given %d ms after the end of another one', async (ms) => {
    const { starts, listeners } = given();
    const cluster = await started(3, { listeners, skewMs: [0, 40, -40] });
    const until = new Date(cluster.clock.now() + 2_200);
    await cluster.apps[0]?.operate({ action: 'pause', listener: 'sync', until, ...ann });
    await cluster.clock.advanceTo(until.getTime() + ms);
    await cluster.apps[1]?.operate({ action: 'pause', listener: 'sync', ...bob });
    const before = starts.length;
    await cluster.clock.advance('5s');

    expect(starts).toHaveLength(before);
    expect(cluster.apps.map(inForce)).toEqual(Array(3).fill(['pause tick by bob']));
    await cluster.stop();
  });

  it('holds: another schedule given at the end of another one, and the declared one comes back after it', async () => {
    const { starts, listeners } = given({ interval: '1m' });
    const cluster = await started(2, { listeners });
    const until = new Date(cluster.clock.now() + 4_000);
    await cluster.apps[0]?.operate({ action: 'reschedule', listener: 'sync', interval: 'off', until, ...ann });
    await cluster.clock.advanceTo(until.getTime());
    const end = new Date(until.getTime() + 20_500);
    await cluster.apps[1]?.operate({ action: 'reschedule', listener: 'sync', interval: '2s', until: end, ...bob });
    await cluster.clock.advance('20s');
    expect(starts).toHaveLength(10);
    await cluster.clock.advance('4m');

    expect(starts).toHaveLength(14);
    expect(cluster.apps.flatMap(inForce)).toEqual([]);
    await cluster.stop();
  });

  it('counts nothing as missed that came while the task was switched off, also when nobody was there at the end', async () => {
    const { listeners } = given({ misfire: 'run-once', interval: '1m' });
    const cluster = await started(1, { listeners });
    await cluster.clock.advance('3m');
    const until = new Date(cluster.clock.now() + 3_600_000);
    await cluster.apps[0]?.operate({ action: 'reschedule', listener: 'sync', interval: 'off', until, ...ann });
    await cluster.clock.advance('50m');
    await cluster.stop();
    await cluster.clock.advance('15m');
    await cluster.restart(0);
    await cluster.clock.advance('3m');

    const missed = cluster.runs('sync').flatMap((run) => (run.missed === undefined ? [] : [run.missed.count]));
    expect(missed).toEqual([4]);
    await cluster.stop();
  });

  it('is not made up by a process that opens while another schedule is set', async () => {
    const { starts, listeners } = given({ misfire: 'run-once', interval: '1m' });
    const cluster = await started(1, { listeners });
    await cluster.clock.advance('3m');
    await cluster.apps[0]?.operate({ action: 'reschedule', listener: 'sync', interval: 'off', ...ann });
    const before = starts.length;
    await cluster.clock.advance('10m');
    await cluster.restart(0);
    await cluster.clock.advance('10m');

    expect(starts).toHaveLength(before);
    await cluster.stop();
  });
});

describe('The pause of the whole application, and that of one task', () => {
  it.each([
    ['first the task', { action: 'pause', listener: 'sync', ...ann }, { action: 'pause', ...bob }],
    ['first the application', { action: 'pause', ...bob }, { action: 'pause', listener: 'sync', ...ann }],
  ] as const)('are two, as for a task of one process: the end of one leaves the other (%s)', async (_, one, other) => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners });
    const [app] = cluster.apps;
    await acts(app, one, other);
    await app?.operate({ action: 'resume', ...bob });
    await cluster.clock.advance('3s');

    expect(starts).toHaveLength(0);
    expect(cluster.apps.map(inForce)).toEqual([['pause tick by ann'], ['pause tick by ann']]);
    await app?.operate({ action: 'resume', listener: 'sync', ...ann });
    await cluster.clock.advance('3s');
    expect(starts).toHaveLength(3);
    await cluster.stop();
  });

  it('is refused to a program where a person has set something in another process, of which this one has not heard yet', async () => {
    const { listeners } = given();
    const cluster = await started(2, { listeners });
    const [one, other] = cluster.apps;
    const bot = { by: 'bot', kind: 'automation', reason: 'a deployment' } as const;
    for (const subject of [{ listener: 'sync' }, {}]) {
      // Both begin before either process is told of anything.
      const [byAnn, byBot] = await Promise.allSettled([
        one?.operate({ action: 'pause', ...subject, ...ann }),
        other?.operate({ action: 'pause', ...subject, ...bot }),
      ]);
      await cluster.clock.advance('100ms');
      expect(byAnn.status).toBe('fulfilled');
      expect(one?.status().listeners[0]?.tasks[0]?.pause).toMatchObject({ by: 'ann' });
      expect(other?.status().listeners[0]?.tasks[0]?.pause).toMatchObject({ by: 'ann' });
      if (byBot.status === 'rejected') expect(byBot.reason).toMatchObject({ code: 'INTENT_OVERRULED' });
      else expect(byBot.value?.notes.join()).toContain('A program cannot lift what a person has set');
      for (const app of cluster.apps) await app.operate({ action: 'resume', ...subject, ...ann });
    }
    await cluster.stop();
  });

  it('leaves the task paused with the application when its own pause is ended, and says so in every process', async () => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners });
    const [app, other] = cluster.apps;
    await acts(app, { action: 'pause', ...bob }, { action: 'pause', listener: 'sync', ...ann });
    const notes = (await other?.operate({ action: 'resume', listener: 'sync', ...ann }))?.notes;
    await cluster.clock.advance('3s');

    expect(starts).toHaveLength(0);
    expect(notes).toEqual(expect.arrayContaining(['It is still paused, since the whole application is.']));
    expect(inForce(app)).toEqual(['pause all by bob']);
    await app?.operate({ action: 'resume', ...bob });
    await cluster.clock.advance('3s');
    expect(starts).toHaveLength(3);
    await cluster.stop();
  });

  it('is shown by the other processes, which end it as well when they resume the application', async () => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners });
    const [app, other] = cluster.apps;
    await acts(app, { action: 'pause', ...bob }, { action: 'pause', listener: 'sync', ...ann });
    cluster.kill(0);
    await expect(
      other?.operate({ action: 'resume', by: 'bot', kind: 'automation', reason: 'done' }),
    ).rejects.toMatchObject({ code: 'INTENT_OVERRULED' });
    expect(inForce(other)).toEqual(['pause tick by bob', 'pause tick by ann']);
    const done = await other?.operate({ action: 'resume', ...ann });
    expect(done).toMatchObject({ lifted: [{ task: 'tick', by: 'bob' }] });
    expect(done?.notes).not.toContain('The application was not paused as a whole.');
    expect(inForce(other)).toEqual(['pause tick by ann']);
    await other?.operate({ action: 'resume', listener: 'sync', ...ann });
    await cluster.clock.advance('3s');

    expect(starts.length).toBeGreaterThan(0);
    await cluster.stop();
  });

  it('ends by itself before the other one, whichever ends first', async () => {
    const { starts, listeners } = given();
    const cluster = await started(2, { listeners });
    const in2s = new Date(cluster.clock.now() + 2_500);
    const in5s = new Date(cluster.clock.now() + 5_500);
    await acts(
      cluster.apps[0],
      { action: 'pause', until: in2s, ...bob },
      { action: 'pause', listener: 'sync', until: in5s, ...ann },
    );
    await cluster.clock.advance('5s');
    expect(starts).toHaveLength(0);
    expect(cluster.apps.map(inForce)).toEqual([['pause tick by ann'], ['pause tick by ann']]);
    await cluster.clock.advance('3s');

    expect(starts).toHaveLength(2);
    await cluster.stop();
  });
});

describe('The pause of the whole application while the cluster engine is away', () => {
  const isolated = async () => {
    const { starts, listeners } = given();
    class Local {
      tick(): void {}
    }
    BackgroundDaemon({ name: 'local', interval: '1s' })(Local);
    const cluster = await createTestCluster(2, { listeners: [...listeners, Local] });
    await cluster.start();
    const acted: (readonly string[] | undefined)[] = [];
    cluster.apps[0]?.events.on('operator.acted', ({ unreached }) => acted.push(unreached));
    return { starts, cluster, acted };
  };

  it('is done for what is reached, says what is not, and follows when the engine is back', async () => {
    const { starts, cluster, acted } = await isolated();
    const [app] = cluster.apps;
    cluster.partition(0);
    const paused = await app?.operate({ action: 'pause', ...ann });

    expect(paused?.notes.join(' ')).toContain('It has not reached sync.tick in the cluster');
    expect(acted).toEqual([['sync.tick']]);
    await cluster.clock.advance('2s');
    expect(starts.length).toBeGreaterThan(0);
    cluster.heal(0);
    await cluster.clock.advance('1s');
    const before = starts.length;
    await cluster.clock.advance('3s');
    expect(starts).toHaveLength(before);
    await cluster.stop();
  });

  it('is ended the same way', async () => {
    const { starts, cluster, acted } = await isolated();
    const [app] = cluster.apps;
    await app?.operate({ action: 'pause', ...ann });
    cluster.partition(0);
    const resumed = await app?.operate({ action: 'resume', ...ann });

    expect(resumed?.notes.join(' ')).toContain('It has not reached sync.tick in the cluster');
    expect(acted).toEqual([undefined, ['sync.tick']]);
    await cluster.clock.advance('3s');
    expect(starts).toHaveLength(0);
    cluster.heal(0);
    await cluster.clock.advance('3s');
    expect(starts.length).toBeGreaterThan(1);
    await cluster.stop();
  });
});
