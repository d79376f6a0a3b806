import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { PeriodicTaskSpec } from '../../src/contracts/entries';
import type { TickContext } from '../../src/contracts/contexts';
import { ApplicationState } from '../../src/state/ApplicationState';
import { filesBeside } from '../../src/state/stateFiles';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';
import { BOOT, everySecond, fixedDelay, SchedulerRig, task } from './SchedulerRig';

const runOnce: Partial<PeriodicTaskSpec> = { misfire: 'run-once' };
const hourly = { ...everySecond, everyMs: 3_600_000, initialDelayMs: 3_600_000 };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe("misfire: 'run-once'", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'daemonry-misfire-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** One life of the process, from `from` seconds after the boot. */
  async function live(
    from: number,
    forSeconds: number,
    spec: Partial<PeriodicTaskSpec>,
    call?: (context: TickContext) => unknown,
  ): Promise<SchedulerRig> {
    const clock = new VirtualClock({ now: BOOT + from * 1_000, settleMs: 300 });
    const files = filesBeside(join(directory, 'shop.db'));
    const state = new ApplicationState({ clock, log, changed: () => undefined, files });
    const rig = new SchedulerRig({ clock, state }).declare([task(spec)]);
    await state.open();
    await rig.scheduler.prepare();
    rig.open(spec, call);
    await clock.advance(forSeconds * 1_000);
    rig.scheduler.close();
    expect(await state.flush()).toEqual([]);
    await state.close(1_000);
    return rig;
  }

  it('keeps the normal schedule when nothing is remembered', async () => {
    const rig = await live(0, 2.5, runOnce);
    expect(rig.outcomes()).toEqual(['+1 succeeded', '+2 succeeded']);
  });

  it('makes up whatever was missed by one run, as soon as ticks open', async () => {
    await live(0, 2.5, runOnce);
    const rig = await live(7.2, 1, runOnce);
    expect(rig.outcomes()).toEqual(['+3 skipped missed +3..+6 x4', '+7 catch-up succeeded', '+8 succeeded']);
    expect(rig.runs()[1]?.startedAt).toBe(new Date(BOOT + 7_200).toISOString());
  });

  it('makes up a single one without a record of others', async () => {
    await live(0, 2.5, runOnce);
    expect((await live(3.2, 1, runOnce)).outcomes()).toEqual(['+3 catch-up succeeded', '+4 succeeded']);
  });

  it('makes up nothing when nothing was missed, and keeps the moment that was to come', async () => {
    const spec = { ...runOnce, schedule: hourly };
    let runs = 0;
    for (let restart = 0; restart < 10; restart++) {
      runs += (await live(restart * 600, 500, spec)).runs().length;
    }
    expect(runs).toBe(1);
  });

  it('makes up cron in the same way', async () => {
    const spec: Partial<PeriodicTaskSpec> = {
      ...runOnce,
      schedule: { kind: 'cron', pattern: '0 * * * *', timeZone: 'UTC' },
    };
    await live(0, 3_700, spec);
    const rig = await live(4 * 3_600 + 60, 10, spec);
    expect(rig.outcomes()).toEqual(['+7200 skipped missed +7200..+10800 x2', '+14400 catch-up succeeded']);
  });

  it('begins anew when the schedule has changed', async () => {
    await live(0, 2.5, runOnce);
    const rig = await live(10, 2.5, {
      ...runOnce,
      schedule: { ...everySecond, everyMs: 2_000, initialDelayMs: 2_000 },
    });
    expect(rig.outcomes()).toEqual(['+12 succeeded']);
  });

  it('does not repeat a run that had begun when the process was killed', async () => {
    const spec = { ...runOnce, schedule: hourly };
    await live(0, 3_600, spec, () => new Promise(() => undefined));
    expect((await live(3_700, 60, spec)).runs()).toEqual([]);
  });

  it('does not repeat that of a fixed-delay task either', async () => {
    const spec = { ...runOnce, schedule: { ...fixedDelay, everyMs: 3_600_000 } };
    await live(0, 1, spec, () => new Promise(() => undefined));
    expect((await live(100, 60, spec)).runs()).toEqual([]);
  });

  it("remembers nothing of a task with misfire: 'skip', nor of a manual one", async () => {
    await live(0, 2.5, { misfire: 'skip' });
    await live(0, 2.5, { ...runOnce, name: 'manual', schedule: { kind: 'manual' } });
    expect((await live(7.2, 1, runOnce)).outcomes()).toEqual(['+8.2 succeeded']);
  });
});
