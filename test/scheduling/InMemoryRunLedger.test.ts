import type { RunEvent } from '../../src/contracts/ApplicationEvents';
import type { RunRecord } from '../../src/contracts/RunRecord';
import { UnknownListenerError, UnknownTaskError } from '../../src/errors/taskErrors';
import { InMemoryRunLedger } from '../../src/scheduling/InMemoryRunLedger';
import { SchedulerRig, seconds, task } from './SchedulerRig';

const starts = (rig: SchedulerRig, query?: { task?: string; limit?: number }): string[] =>
  rig.runs(query).map(({ task: name, scheduledAt }) => `${name}${seconds(scheduledAt)}`);

async function givenTwoTasks(runsPerTask?: number): Promise<SchedulerRig> {
  const rig = new SchedulerRig(runsPerTask === undefined ? {} : { runsPerTask });
  const everyTwo = { kind: 'interval', everyMs: 2_000, initialDelayMs: 1_500, mode: 'fixed-rate' } as const;
  rig.openTasks([task({}), task({ name: 'compact', schedule: everyTwo })]);
  await rig.clock.advance('4s');
  return rig;
}

describe('InMemoryRunLedger', () => {
  it('gives the runs of all tasks of a listener, oldest first', async () => {
    const rig = await givenTwoTasks();
    expect(starts(rig)).toEqual(['tick+1', 'compact+1.5', 'tick+2', 'tick+3', 'compact+3.5', 'tick+4']);
  });

  it('gives those of one task, and the newest ones only', async () => {
    const rig = await givenTwoTasks();
    expect(starts(rig, { task: 'compact' })).toEqual(['compact+1.5', 'compact+3.5']);
    expect(starts(rig, { limit: 2 })).toEqual(['compact+3.5', 'tick+4']);
    expect(starts(rig, { task: 'tick', limit: 1 })).toEqual(['tick+4']);
    expect(starts(rig, { limit: 0 })).toEqual([]);
  });

  it.each([
    [3, ['+2', '+3', '+4']],
    [1, ['+4']],
    [0, []],
  ])('keeps the last %d of each task, and counts all', async (runsPerTask, kept) => {
    const rig = await givenTwoTasks(runsPerTask);
    expect(starts(rig, { task: 'tick' })).toEqual(kept.map((second) => `tick${second}`));
    expect(rig.ledger.counters('sync', 'tick')).toEqual({
      succeeded: 4,
      failed: 0,
      timed_out: 0,
      cancelled: 0,
      lost: 0,
      skipped: 0,
      missed: 0,
    });
  });

  it('keeps 100 of each task unless it is told otherwise', async () => {
    const rig = new SchedulerRig().open({});
    await rig.clock.advance('250s');
    expect(rig.runs()).toHaveLength(100);
    expect(rig.outcomes()[0]).toBe('+151 succeeded');
  });

  it.each([1, 2, 5, 100])(
    'gives the records that the events gave, when it keeps %d of each task',
    async (runsPerTask) => {
      const rig = new SchedulerRig({ runsPerTask });
      let calls = 0;
      rig.open({ overlap: 'allow' }, async ({ sleep }) => {
        const call = ++calls;
        if (call % 4 === 0) await sleep('2500ms');
        if (call % 3 === 0) throw new Error(`call ${call}`);
      });
      for (let second = 0; second < 20; second++) {
        await rig.clock.advance('1s');
        const records = new Map<string, RunRecord>();
        for (const { name, event } of rig.events) {
          if (name === 'run.started' || name === 'run.finished') {
            const { record } = event as RunEvent;
            records.set(record.runId, record);
          }
        }
        expect(rig.runs()).toEqual([...records.values()].slice(-runsPerTask));
      }
    },
  );

  it('knows what was declared before anything has run', () => {
    const ledger = new InMemoryRunLedger();
    ledger.declare('mount', []);
    ledger.declare('sync', ['tick']);
    ledger.declare('sync', ['tick', 'compact']);
    expect(ledger.runs('mount')).toEqual([]);
    expect(ledger.runs('sync', { task: 'compact' })).toEqual([]);
    expect(() => ledger.runs('snyc')).toThrow(/Did you mean "sync"/);
    expect(() => ledger.runs('snyc')).toThrow(UnknownListenerError);
    expect(() => ledger.counters('sync', 'nope')).toThrow(UnknownTaskError);
  });
});
