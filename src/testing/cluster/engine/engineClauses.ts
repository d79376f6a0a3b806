import assert from 'node:assert/strict';

import type { ClusterTask } from '../../../contracts/ClusterEngine';
import { EngineProbe, type EngineProcess, type EngineSubject } from './EngineProbe';

/** One promise of every cluster engine. */
export interface EngineClause {
  /** A sentence. */
  readonly title: string;
  /** Keeps it true, or rejects. */
  readonly check: (subject: EngineSubject) => Promise<void>;
}

/** Joins one task, of a name of its own, in several new processes. */
export async function given(
  subject: EngineSubject,
  size: number,
  options: Partial<ClusterTask> = {},
): Promise<{ readonly probes: readonly EngineProbe[]; readonly processes: readonly EngineProcess[] }> {
  const application = `certified_${process.pid}_${process.hrtime.bigint()}`;
  const task: ClusterTask = {
    application,
    listener: 'order_sync',
    task: 'tick',
    overlap: 'skip',
    misfire: 'skip',
    delivery: 'at-most-once',
    maxStarts: 1,
    scheduleKey: 'fixed-rate 1000',
    ...options,
  };
  const processes: EngineProcess[] = [];
  for (let index = 0; index < size; index++) processes.push(await subject.process());
  const probes = processes.map((one) => new EngineProbe(subject, one, task));
  await subject.until(() => probes.every(({ told }) => told.length > 0), 5_000);
  return { probes, processes };
}

/** The probe at an index. */
export function at<T>(all: readonly T[], index: number): T {
  const found = all[index];
  assert(found !== undefined, `there is no number ${index}`);
  return found;
}

/** The runs that any of the probes was given. */
export const runsOf = (probes: readonly EngineProbe[]) => probes.flatMap(({ runs }) => runs);

/** The promises about due moments, overlap and records. */
export const ENGINE_CLAUSES: readonly EngineClause[] = [
  {
    title: 'keeps a due moment that every process offers once, and gives it to one of them',
    check: async (subject) => {
      const { probes } = await given(subject, 3);
      const [one] = [at(probes, 0)];
      const due = subject.now();
      const answers = await Promise.all(probes.map((probe) => probe.offer(due)));
      assert.deepEqual(answers.filter((answer) => answer === 'kept').length, 1);
      await one.until('it runs', () => runsOf(probes).length === 1);
      runsOf(probes)[0]?.end();
      await subject.until(() => false, 300);
      assert.equal(runsOf(probes).length, 1);
    },
  },
  {
    title: 'keeps nothing before it is due on the clock of the store',
    check: async (subject) => {
      const { probes } = await given(subject, 1);
      const due = subject.now() + 60_000;
      assert.equal(await at(probes, 0).handle.offer({ trigger: 'schedule', scheduledAt: due, firesAt: due }), 'early');
    },
  },
  {
    title: 'never starts a due moment that is not newer than the newest one with a record',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const one = at(probes, 0);
      const due = subject.now();
      await one.offer(due);
      await one.until('it runs', () => runsOf(probes).length === 1);
      runsOf(probes)[0]?.end();
      await at(probes, 1).offer(due);
      await at(probes, 1).offer(due - 1_000);
      await subject.until(() => false, 300);
      assert.equal(runsOf(probes).length, 1);
      assert.equal(probes.flatMap(({ skips }) => skips).length, 0);
    },
  },
  {
    title: 'draws a larger fencing token for each start, and hands on the newest moment that has a record',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const one = at(probes, 0);
      const dues: number[] = [];
      for (let count = 1; count <= 3; count++) {
        await subject.until(() => false, 5);
        const due = subject.now();
        dues.push(due);
        await one.offer(due);
        await one.until('it runs', () => runsOf(probes).length === count);
        for (const run of runsOf(probes)) run.end();
        await subject.until(() => probes.every(({ handle }) => handle.state.holder === undefined), 2_000);
      }
      const claims = runsOf(probes)
        .map(({ claim }) => claim)
        .sort((a, b) => a.scheduledAt - b.scheduledAt);
      assert(
        claims.every(({ fencingToken }, index) => index === 0 || fencingToken > at(claims, index - 1).fencingToken),
      );
      assert.deepEqual(
        claims.slice(1).map(({ accounted }) => accounted),
        dues.slice(0, 2),
      );
    },
  },
  {
    title: 'skips with overlap: skip what fires before the end of the run, wherever that is',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const one = at(probes, 0);
      await one.offer(subject.now());
      await one.until('it runs', () => runsOf(probes).length === 1);
      await subject.until(() => false, 5);
      const second = subject.now();
      await one.offer(second);
      await subject.until(() => probes.some(({ skips }) => skips.length > 0), 200);
      runsOf(probes)[0]?.end();
      await one.until('it is skipped', () => probes.some(({ skips }) => skips.length === 1));
      const [skipped] = probes.flatMap(({ skips }) => skips);
      assert.equal(skipped?.reason, 'overlap');
      assert.equal(skipped?.moment.scheduledAt, second);
    },
  },
  {
    title: 'lets one moment wait with overlap: queue-one, and runs any number at once with allow',
    check: async (subject) => {
      const queue = await given(subject, 2, { overlap: 'queue-one' });
      const allow = await given(subject, 2, { overlap: 'allow' });
      for (const { probes } of [queue, allow]) {
        for (let count = 0; count < 3; count++) {
          await subject.until(() => false, 5);
          await at(probes, 0).offer(subject.now());
          // A moment that fires before the one before it has begun would be skipped.
          const begun = probes === allow.probes ? count + 1 : 1;
          await at(probes, 0).until('it runs', () => runsOf(probes).length === begun);
        }
      }
      await at(allow.probes, 0).until('all of them run', () => runsOf(allow.probes).length === 3);
      assert.equal(runsOf(queue.probes).length, 1);
      runsOf(queue.probes)[0]?.end();
      await at(queue.probes, 0).until('the one that waits runs', () => runsOf(queue.probes).length === 2);
      for (const run of runsOf(queue.probes)) run.end();
      await at(queue.probes, 0).until('the other is skipped', () =>
        queue.probes.some(({ skips }) => skips.length === 1),
      );
    },
  },
  {
    title: 'gives a moment to another process when one gives it back, or takes nothing',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const [one, other] = [at(probes, 0), at(probes, 1)];
      one.takes = false;
      await one.offer(subject.now());
      await one.until('the other runs it', () => other.runs.length === 1);
      other.runs[0]?.end();
      one.takes = true;
      one.handle.accept(true);
      other.handle.accept(false);
      await subject.until(() => false, 300);
      await other.offer(subject.now());
      await one.until('the first runs it', () => one.runs.length === 1);
      one.runs[0]?.end();
    },
  },
  {
    title: 'keeps the record of each moment before its slot is free, and finds it from every process',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const [one, other] = [at(probes, 0), at(probes, 1)];
      const dues: number[] = [];
      for (const outcome of ['failed', 'succeeded'] as const) {
        await subject.until(() => false, 5);
        const due = subject.now();
        dues.push(due);
        await one.offer(due);
        await one.until('it runs', () => runsOf(probes).length === dues.length);
        for (const run of runsOf(probes)) if (run.claim.scheduledAt === due) run.end(outcome);
        let found: string | undefined;
        for (let tries = 0; tries < 50 && found !== outcome; tries++) {
          await subject.until(() => false, 50);
          found = (await other.handle.recordOf(due))?.outcome;
        }
        assert.equal(found, outcome);
      }
      const history = await other.handle.history({ limit: 10 });
      assert.deepEqual(
        history.map(({ outcome }) => outcome),
        ['succeeded', 'failed'],
      );
      assert.deepEqual((await one.handle.history({ limit: 10, outcome: 'failed' })).length, 1);
    },
  },
];
