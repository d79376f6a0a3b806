import assert from 'node:assert/strict';

import type { ClusterIntent } from '../../../contracts/ClusterEngine';
import { at, type EngineClause, given, runsOf } from './engineClauses';

/** The promises about what operators set and lift. */
export const OPERATOR_CLAUSES: readonly EngineClause[] = [
  {
    title: 'skips due moments as paused while operators have paused the task, for every process, and runs a manual one',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const [one, other] = [at(probes, 0), at(probes, 1)];
      const pause = {
        by: 'ann',
        kind: 'human',
        reason: 'a look',
        since: new Date(subject.now()).toISOString(),
      } as const;
      await one.handle.change({ pause }, 'human');
      await other.until('the other is told', () => other.told.at(-1)?.pause?.by === 'ann');
      await other.offer(subject.now());
      await one.until('it is skipped', () =>
        probes.some(({ skips }) => skips.some(({ reason }) => reason === 'paused')),
      );
      const now = subject.now();
      const asked = other.handle.trigger(
        { trigger: 'manual', scheduledAt: now, firesAt: now, manualId: 'by-hand' },
        10_000,
      );
      await one.until('the manual one runs', () => runsOf(probes).length === 1);
      runsOf(probes)[0]?.end();
      assert.equal((await asked).outcome, 'succeeded');
      await other.handle.change({ pause: undefined }, 'human');
      await one.until('all are told', () => one.told.at(-1)?.pause === undefined);
      await subject.until(() => false, 5);
      await one.offer(subject.now());
      await one.until('it runs again', () => runsOf(probes).length === 2);
      runsOf(probes)[1]?.end();
    },
  },
  {
    title: 'lifts what is over, and nothing that has taken its place or is not over yet',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const [one, other] = [at(probes, 0), at(probes, 1)];
      const intent = (reason: string, inMs: number) => {
        const since = new Date(subject.now()).toISOString();
        const until = new Date(subject.now() + inMs).toISOString();
        return { by: 'ann', kind: 'human', reason, since, until } as const;
      };
      const [first, second, long] = [intent('first', 300), intent('second', 900), intent('long', 60_000)];
      await one.handle.change({ pause: first, applicationPause: long, reschedule: first }, 'human');
      await other.handle.lift({ pause: first, applicationPause: long });
      await other.until('it is told', () => other.told.at(-1)?.applicationPause?.reason === 'long');
      assert.equal(other.told.at(-1)?.pause?.reason, 'first', 'it was not over');
      await one.handle.change({ pause: second }, 'human');
      await subject.until(() => false, 400);
      await other.handle.lift({ pause: first, reschedule: first });
      await other.until('the schedule is lifted', () => other.told.at(-1)?.reschedule === undefined);
      assert.deepEqual(other.told.at(-1), { pause: second, applicationPause: long });
      await subject.until(() => false, 600);
      await other.handle.lift({ pause: second, applicationPause: long });
      await one.until('the pause is lifted', () => one.told.at(-1)?.pause === undefined);
      await one.offer(subject.now());
      await one.until('it is skipped', () => probes.some(({ skips }) => skips.length === 1));
      assert.equal(probes.flatMap(({ skips }) => skips)[0]?.reason, 'paused', 'the application is still paused');
      await one.handle.change({ applicationPause: undefined }, 'human');
      await subject.until(() => false, 5);
      await one.offer(subject.now());
      await one.until('it runs', () => runsOf(probes).length === 1);
      runsOf(probes)[0]?.end();
    },
  },
  {
    title: 'lets a program neither lift nor replace what a person has set, and says what that is',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const [one, other] = [at(probes, 0), at(probes, 1)];
      const since = new Date(subject.now()).toISOString();
      const [ann, bot] = (['human', 'automation'] as const).map((kind) => ({
        by: kind,
        kind,
        reason: 'a look',
        since,
      }));
      const short = { ...ann, until: new Date(subject.now() + 300).toISOString() } as ClusterIntent;
      const [pause, skipNext] = [ann as ClusterIntent, bot as ClusterIntent];
      await one.handle.change({ pause, reschedule: short, skipNext }, 'human');
      assert.deepEqual(await other.handle.change({ pause: undefined, skipNext: undefined }, 'automation'), { pause });
      assert.deepEqual(await other.handle.change({ pause: skipNext }, 'automation'), { pause });
      assert.deepEqual(await other.handle.change({ skipNext: undefined }, 'automation'), {}, 'that of a program');
      await other.until('it is told', () => other.told.at(-1)?.pause !== undefined);
      assert.deepEqual(other.told.at(-1), { pause, reschedule: short });
      await subject.until(() => false, 400);
      assert.deepEqual(await other.handle.change({ reschedule: undefined }, 'automation'), {}, 'it is over');
      assert.deepEqual(await other.handle.change({ pause: undefined }, 'human'), {});
    },
  },
  {
    title: 'does not do later what it has refused while it was cut off',
    check: async (subject) => {
      const { probes, processes } = await given(subject, 2);
      const [one, other, cutOff] = [at(probes, 0), at(probes, 1), at(processes, 0)];
      const since = new Date(subject.now()).toISOString();
      const wish = { by: 'ann', kind: 'human', reason: 'a look', since } as const;
      await cutOff.partition();
      await assert.rejects(one.handle.change({ pause: wish }, 'human'));
      // Until it knows that it is cut off.
      await subject.until(() => false, 2_000);
      await cutOff.heal();
      await one.until('it is connected again', () => cutOff.engine.isConnected, 15_000);
      await one.handle.change({ skipNext: wish }, 'human');
      await other.until('the other is told', () => other.told.at(-1)?.skipNext !== undefined);
      assert.deepEqual(other.told.at(-1), { skipNext: wish });
    },
  },
  {
    title: 'skips the next due moment once, and lifts that for every process',
    check: async (subject) => {
      const { probes } = await given(subject, 2);
      const one = at(probes, 0);
      const since = new Date(subject.now()).toISOString();
      await one.handle.change({ skipNext: { by: 'ann', kind: 'human', reason: 'a look', since } }, 'human');
      await one.until('all are told', () => probes.every(({ told }) => told.at(-1)?.skipNext !== undefined));
      await one.offer(subject.now());
      await one.until('it is skipped', () => probes.some(({ skips }) => skips.length === 1));
      await one.until('it is lifted', () => probes.every(({ told }) => told.at(-1)?.skipNext === undefined));
      await subject.until(() => false, 5);
      await one.offer(subject.now());
      await one.until('the one after it runs', () => runsOf(probes).length === 1);
      runsOf(probes)[0]?.end();
    },
  },
];
