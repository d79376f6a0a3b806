import assert from 'node:assert/strict';

import type { ClusterLease } from '../../../contracts/ClusterEngine';
import { codeOf } from '../../../errors/serializeError';
import { isoText } from '../../../time/instant';
import { at, type EngineClause, given, runsOf } from './engineClauses';
import { EngineProbe, type EngineSubject } from './EngineProbe';

/** The time beyond a lease in which another process takes over. */
const TAKE_OVER_MS = 2_500;

interface Candidate {
  readonly leases: ClusterLease[];
  end: () => void;
}

async function givenBody(subject: EngineSubject, size: number) {
  const application = `certified_body_${process.pid}_${subject.now()}`;
  const processes = [];
  for (let index = 0; index < size; index++) processes.push(await subject.process());
  const candidates: Candidate[] = processes.map(() => ({ leases: [], end: () => undefined }));
  const holds = processes.map(({ engine }, index) =>
    engine.hold(
      { application, listener: 'leader' },
      {
        acquired: (lease) => {
          const candidate = at(candidates, index);
          candidate.leases.push(lease);
          return new Promise((resolve) => {
            candidate.end = resolve;
            lease.signal.addEventListener('abort', () => resolve(), { once: true });
          });
        },
      },
    ),
  );
  const count = (): number => candidates.reduce((total, { leases }) => total + leases.length, 0);
  await subject.until(() => count() > 0, 5_000);
  const holder = (): number => candidates.findIndex(({ leases }) => leases.at(-1)?.isHeld === true);
  return { processes, candidates, holds, count, holder };
}

/** Joins a task in a process, and then in one that has started later and has another schedule. */
async function givenSuperseded(subject: EngineSubject) {
  const { probes, processes } = await given(subject, 1);
  await subject.until(() => false, 20);
  const probe = at(probes, 0);
  const { application } = probe.task;
  const newer = await given(subject, 1, { application, scheduleKey: 'fixed-rate 5000' });
  await probe.until('it is superseded', () => probe.superseding.at(-1) === true);
  const { leaseMs } = at(processes, 0).engine;
  const goesOn = (): Promise<void> =>
    probe.until('it goes on', () => probe.superseding.at(-1) === false, leaseMs + TAKE_OVER_MS);
  return { probe, next: at(newer.probes, 0), goesOn };
}

/** The promises about leases, deaths and partitions. */
export const FAULT_CLAUSES: readonly EngineClause[] = [
  {
    title: 'starts a moment again with at-least-once until it has succeeded, and counts what has used up its starts',
    check: async (subject) => {
      const { probes } = await given(subject, 2, { delivery: 'at-least-once', maxStarts: 2 });
      const one = at(probes, 0);
      await one.offer(subject.now());
      for (const count of [1, 2]) {
        await one.until(`start ${count}`, () => runsOf(probes).length === count, 15_000);
        const run = runsOf(probes).find(({ claim }) => claim.start === count);
        run?.end('failed');
      }
      await one.until('it is a dead letter', () => one.handle.state.deadLetters === 1, 5_000);
      assert.equal(runsOf(probes).length, 2);
      const [record] = await one.handle.history({ limit: 1 });
      assert.equal(await one.handle.dismiss(`${record?.tickId}.another`), 0);
      assert.equal(await one.handle.dismiss(record?.tickId), 1);
      await one.until('it is dismissed', () => probes.every(({ handle }) => handle.state.deadLetters === undefined));
    },
  },
  {
    title: 'tells every process the dead letters with their records, the newest first, until one dismisses them',
    check: async (subject) => {
      const { probes } = await given(subject, 2, { delivery: 'at-least-once', maxStarts: 1, overlap: 'allow' });
      const [one, other] = [at(probes, 0), at(probes, 1)];
      for (const count of [1, 2, 3]) {
        await subject.until(() => false, 5);
        await one.offer(subject.now());
        await one.until('it runs', () => runsOf(probes).length === count);
        for (const run of runsOf(probes)) run.end('failed');
        await one.until('it is a dead letter', () => probes.every(({ handle }) => handle.state.deadLetters === count));
      }
      const letters = await other.handle.deadLetters({ limit: 10 });
      const due = runsOf(probes).map(({ claim }) => `order_sync.tick@${isoText(claim.scheduledAt)}`);
      assert.deepEqual(
        letters.map(({ tickId, record }) => [tickId, record?.tickId, record?.outcome]),
        due
          .sort()
          .toReversed()
          .map((tickId) => [tickId, tickId, 'failed']),
      );
      assert(letters.every(({ since }) => Math.abs(Date.parse(since) - subject.now()) < 60_000));
      const [newest, middle] = letters;
      assert.deepEqual(await one.handle.deadLetters({ limit: 1 }), [newest]);
      assert.deepEqual(await one.handle.deadLetters({ tickId: middle?.tickId ?? '', limit: 1 }), [middle]);
      await one.handle.dismiss(middle?.tickId);
      assert.deepEqual(await other.handle.deadLetters({ tickId: middle?.tickId ?? '', limit: 1 }), []);
      assert.equal((await other.handle.deadLetters({ limit: 10 })).length, 2);
    },
  },
  {
    title: 'records a run as lost once the lease of its killed holder is over, releases no burst, and goes on',
    check: async (subject) => {
      const { probes, processes } = await given(subject, 3);
      await at(probes, 0).offer(subject.now());
      const isRunning = (): boolean => probes.some(({ runs }) => runs.length > 0);
      await at(probes, 0).until('it runs', isRunning);
      const holder = probes.findIndex(({ runs }) => runs.length > 0);
      const others = probes.filter((_, index) => index !== holder);
      const { leaseMs } = at(processes, holder).engine;
      const token = at(at(probes, holder).runs, 0).claim.fencingToken;
      await at(processes, holder).kill();
      for (let count = 0; count < 3; count++) {
        await subject.until(() => false, 20);
        await at(others, 0).offer(subject.now());
      }
      const lost = (): boolean => others.some(({ losses }) => losses.length === 1);
      await at(others, 0).until('it is lost', lost, leaseMs + TAKE_OVER_MS);
      await subject.until(() => false, 500);
      assert.equal(others.flatMap(({ runs }) => runs).length, 0, 'nothing of what waited is started');
      await at(others, 0).offer(subject.now());
      await at(others, 0).until('the next one runs', () => others.some(({ runs }) => runs.length === 1));
      const [next] = others.flatMap(({ runs }) => runs);
      assert(next !== undefined && next.claim.fencingToken > token);
      next.end();
    },
  },
  {
    title: 'skips a due moment as missed that no process was there any more to take, unless it is to be made up',
    check: async (subject) => {
      for (const [misfire, newest] of [
        ['skip', true],
        ['run-once', false],
        ['run-once', true],
      ] as const) {
        const gone = await given(subject, 1, { misfire });
        const { task, handle } = at(gone.probes, 0);
        handle.accept(false);
        await at(gone.probes, 0).offer(subject.now());
        await at(gone.processes, 0).kill();
        await subject.until(() => false, Math.max(at(gone.processes, 0).engine.leaseMs, 5_000) + 500);
        const probe = new EngineProbe(subject, await subject.process(), task);
        probe.newest = newest;
        const isRun = misfire === 'run-once' && newest;
        await probe.until('it is decided about', () => probe.runs.length + probe.skips.length > 0, TAKE_OVER_MS);
        assert.deepEqual(
          probe.skips.map(({ reason }) => reason),
          isRun ? [] : ['missed'],
        );
        for (const run of probe.runs) run.end();
      }
    },
  },
  {
    title:
      'aborts the signal of a holder that is cut off before another process may start, and takes nothing from it later',
    check: async (subject) => {
      const { probes, processes } = await given(subject, 2);
      await at(probes, 0).offer(subject.now());
      await at(probes, 0).until('it runs', () => probes.some(({ runs }) => runs.length > 0));
      const holder = probes.findIndex(({ runs }) => runs.length > 0);
      const [run] = at(probes, holder).runs;
      const other = at(probes, 1 - holder);
      await at(processes, holder).partition();
      const { leaseMs } = at(processes, holder).engine;
      await other.until('it is aborted', () => run?.claim.signal.aborted === true, leaseMs);
      assert.equal(run?.claim.isHeld, false);
      assert.equal(codeOf(run?.claim.signal.reason), 'LEASE_LOST');
      assert.equal(other.losses.length, 0, 'the other process was not told before');
      await other.until('it is lost', () => other.losses.length === 1, leaseMs + TAKE_OVER_MS);
      await at(processes, holder).heal();
      run?.end();
      await subject.until(() => false, 1_000);
      assert.equal((await other.handle.recordOf(run?.claim.scheduledAt ?? 0))?.outcome, 'lost');
    },
  },
  {
    title: 'rejects what is asked of it while it is away, says so, and goes on within 2 s of its return',
    check: async (subject) => {
      const { probes, processes } = await given(subject, 1);
      const { engine } = at(processes, 0);
      const probe = at(probes, 0);
      let changes = 0;
      const stop = engine.watch(() => changes++);
      await at(processes, 0).partition();
      const now = subject.now();
      const offered = probe.handle.offer({ trigger: 'schedule', scheduledAt: now, firesAt: now });
      const refused = assert.rejects(offered, (error) => codeOf(error) === 'CLUSTER_UNREACHABLE');
      await subject.until(() => !engine.isConnected, 10_000);
      await refused;
      assert.equal(engine.isConnected, false);
      await at(processes, 0).heal();
      await probe.until('it is back', () => engine.isConnected, 5_000);
      assert(changes >= 2);
      stop();
      await subject.until(() => false, 20);
      await probe.offer(subject.now());
      await probe.until('it runs', () => probe.runs.length === 1, 2_000);
      probe.runs[0]?.end();
    },
  },
  {
    title:
      'rejects a manual run that nobody has done when the process that asked for it leaves, which another may still do',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const [one, other] = [at(probes, 0), at(probes, 1)];
      for (const { handle } of probes) handle.accept(false);
      const now = subject.now();
      const moment = { trigger: 'manual', scheduledAt: now, firesAt: now, manualId: 'by-hand' } as const;
      let reason: unknown;
      void one.handle.trigger(moment, 600_000).catch((error: unknown) => (reason = error));
      await subject.until(() => false, 500);
      void one.handle.leave();
      await one.until('it is rejected', () => codeOf(reason) === 'CLUSTER_TRIGGER_EXPIRED');
      other.handle.accept(true);
      await other.until('the other does it', () => other.runs.length === 1);
      other.runs[0]?.end();
    },
  },
  {
    title: 'lets the newer start decide while schedules differ, and the older process again when that has left',
    check: async (subject) => {
      const { next, goesOn } = await givenSuperseded(subject);
      assert.deepEqual(next.superseding.filter(Boolean), []);
      await next.handle.leave();
      await goesOn();
    },
  },
  {
    title: 'counts the schedule of the older process from its return, not from before the newer one',
    check: async (subject) => {
      const { probe, next, goesOn } = await givenSuperseded(subject);
      probe.handle.accept(false);
      const due = subject.now();
      await next.offer(due);
      await next.until('it runs', () => next.runs.length === 1);
      next.runs[0]?.end();
      await subject.until(() => false, 50);
      const leftAt = subject.now();
      await next.handle.leave();
      await goesOn();
      probe.handle.accept(true);
      await probe.handle.offer({ trigger: 'catch-up', scheduledAt: leftAt - 1, firesAt: leftAt - 1 });
      await probe.offer(subject.now());
      await probe.until('it runs', () => probe.runs.length > 0);
      probe.runs[0]?.end();
      const [claim] = probe.runs.map((run) => run.claim);
      assert.equal(claim?.trigger, 'schedule');
      assert((claim.accounted ?? 0) >= leftAt, `moments from ${claim.accounted ?? 0} on count, it left at ${leftAt}`);
    },
  },
  {
    title: 'has one holder of a run body, which hands over when it leaves, with a larger token',
    check: async (subject) => {
      const { candidates, holds, count, holder } = await givenBody(subject, 3);
      await subject.until(() => false, 500);
      assert.equal(count(), 1);
      const first = holder();
      const token = at(at(candidates, first).leases, 0).fencingToken;
      const left = at(holds, first).leave();
      at(candidates, first).end();
      await subject.until(() => count() === 2, 2_000);
      await left;
      assert.equal(count(), 2);
      const tokens = candidates.flatMap(({ leases }) => leases.map(({ fencingToken }) => fencingToken));
      assert.equal(tokens.filter((other) => other > token).length, 1);
    },
  },
  {
    title: 'has another holder of a run body once the lease of a killed one is over',
    check: async (subject) => {
      const { processes, candidates, count, holder } = await givenBody(subject, 2);
      const first = holder();
      await at(processes, first).kill();
      const { leaseMs } = at(processes, first).engine;
      await subject.until(() => at(candidates, 1 - first).leases.length > 0, leaseMs + TAKE_OVER_MS);
      assert.equal(count(), 2);
    },
  },
];
