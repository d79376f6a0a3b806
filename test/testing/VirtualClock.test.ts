import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as realSleep } from 'node:timers/promises';

import { ClockBackwardsError, ClockBusyError, EndlessLoopError } from '../../src/errors/testingErrors';
import { InvalidDurationError, InvalidInstantError } from '../../src/errors/authoringErrors';
import { createTestApplication } from '../../src/testing';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';
import { callHook } from './callHook';

describe('VirtualClock', () => {
  describe('tells the time', () => {
    it.each([
      ['ISO text', '2026-03-29T00:00:00Z'],
      ['epoch milliseconds', Date.parse('2026-03-29T00:00:00Z')],
      ['a Date', new Date('2026-03-29T00:00:00Z')],
    ])('beginning where it is told to, by %s', (_kind, now) => {
      expect(new VirtualClock({ now }).now()).toBe(Date.parse('2026-03-29T00:00:00Z'));
    });

    it('which stands still until it is advanced, by exactly as much', async () => {
      const clock = new VirtualClock({ now: 1_000 });
      await realSleep(5);
      expect(clock.now()).toBe(1_000);
      await clock.advance('90s');
      expect(clock.now()).toBe(91_000);
      await clock.advanceTo(100_000);
      expect(clock.now()).toBe(100_000);
    });

    it('refuses nonsense', async () => {
      const clock = new VirtualClock({ now: 1_000 });
      expect(() => new VirtualClock({ now: 'soon' })).toThrow(InvalidInstantError);
      expect(() => clock.advance('1 hour' as never)).toThrow(InvalidDurationError);
      expect(() => clock.advance(-1)).toThrow(InvalidDurationError);
      expect(() => clock.advanceTo('x')).toThrow(InvalidInstantError);
      await expect(clock.advanceTo(999)).rejects.toThrow(ClockBackwardsError);
    });
  });

  describe('fires timers', () => {
    it('in order, at their instant', async () => {
      const clock = new VirtualClock({ now: 0 });
      const seen: string[] = [];
      for (const [name, when] of [
        ['c', 30],
        ['a', 10],
        ['b', 20],
        ['b2', 20],
      ] as const) {
        clock.at(when, () => seen.push(`${name}@${clock.now()}`));
      }
      await clock.advance(25);
      expect(seen).toEqual(['a@10', 'b@20', 'b2@20']);
      await clock.advance(5);
      expect(seen.at(-1)).toBe('c@30');
    });

    it('of the past at once, but not synchronously', async () => {
      const clock = new VirtualClock({ now: 1_000 });
      const fired = jest.fn();
      clock.at(5, fired);
      expect(fired).not.toHaveBeenCalled();
      await clock.advance(0);
      expect(fired).toHaveBeenCalledTimes(1);
    });

    it('that are armed on the way', async () => {
      const clock = new VirtualClock({ now: 0 });
      const seen: number[] = [];
      const again = (): void => {
        seen.push(clock.now());
        clock.at(clock.now() + 10, again);
      };
      clock.at(10, again);
      await clock.advance(45);
      expect(seen).toEqual([10, 20, 30, 40]);
    });

    it('not when they are cancelled', async () => {
      const clock = new VirtualClock({ now: 0 });
      const fired = jest.fn();
      clock.at(10, fired).cancel();
      await clock.advance(20);
      expect(fired).not.toHaveBeenCalled();
    });

    it('that begin only once promises have settled: it may be advanced before they are armed', async () => {
      const clock = new VirtualClock({ now: 0 });
      const fired = jest.fn();
      const booting = (async () => {
        for (let i = 0; i < 50; i++) await Promise.resolve();
        clock.at(10, fired);
      })();
      await clock.advance(10);
      expect(fired).toHaveBeenCalledTimes(1);
      await booting;
    });

    it('and lets what each has resolved run its course before the next', async () => {
      const clock = new VirtualClock({ now: 0 });
      const seen: string[] = [];
      const wait = (when: number): Promise<void> => new Promise((resolve) => clock.at(when, resolve));
      for (const name of ['a', 'b']) {
        void wait(10).then(async () => {
          for (let i = 0; i < 20; i++) await Promise.resolve();
          seen.push(`${name}@${clock.now()}`);
        });
      }
      clock.at(10, () => seen.push('last'));
      await clock.advance(100);
      expect(seen).toEqual(['a@10', 'b@10', 'last']);
    });

    it('in the async context that armed them', async () => {
      const clock = new VirtualClock({ now: 0 });
      const storage = new AsyncLocalStorage<string>();
      const seen: unknown[] = [];
      storage.run('armed', () => clock.at(10, () => seen.push(storage.getStore())));
      clock.at(20, () => seen.push(storage.getStore()));
      await storage.run('advanced', () => clock.advance(20));
      expect(seen).toEqual(['armed', undefined]);
    });

    it('and rejects with what one throws; the others still come', async () => {
      const clock = new VirtualClock({ now: 0 });
      const fired = jest.fn();
      clock.at(10, () => {
        throw new Error('boom');
      });
      clock.at(10, fired);
      await expect(clock.advance(20)).rejects.toThrow('boom');
      expect([clock.now(), fired.mock.calls.length]).toEqual([10, 0]);
      await clock.advance(10);
      expect([clock.now(), fired.mock.calls.length]).toEqual([20, 1]);
    });
  });

  describe('when time cannot pass', () => {
    it('refuses a timer that re-arms itself, naming its owner', async () => {
      const clock = new VirtualClock({ now: 0 });
      callHook(
        clock,
        async ({ sleep }) => {
          for (;;) await sleep(0);
        },
        'order_sync',
      );
      await expect(clock.advance('1s')).rejects.toThrow(EndlessLoopError);
      await expect(clock.advance('1s')).rejects.toThrow(/order_sync\.startup/);
    });

    it('takes a thousand timers of one instant for what they are', async () => {
      const clock = new VirtualClock({ now: 0 });
      const fired = jest.fn();
      for (let i = 0; i < 1_500; i++) clock.at(10, () => clock.at(10, fired));
      await clock.advance(10);
      expect(fired).toHaveBeenCalledTimes(1_500);
    });
  });

  describe('advanced several times', () => {
    it('at once refuses the second call, and says where the first was made; afterwards it goes on', async () => {
      const clock = new VirtualClock({ now: 0 });
      const first = clock.advance('10s');
      for (const call of [
        () => clock.advance('5s'),
        () => clock.advanceTo(5_000),
        () => clock.runNext(),
        () => clock.settle(),
        () => clock.advanceUntil(() => true, '1s'),
      ]) {
        await expect(call()).rejects.toThrow(/was called while advance\("10s"\) has not come to its end/);
      }
      const error = await clock.advance('5s').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ClockBusyError);
      expect((error as Error).message).toMatch(/was called at: .*VirtualClock\.test\.ts:\d+:\d+/);
      await first;
      await clock.advance('5s');
      expect(clock.now()).toBe(15_000);
    });

    it('from inside a hook is refused: the hook would wait for itself', async () => {
      const clock = new VirtualClock({ now: 0 });
      let refusal: unknown;
      clock.at(10, () => {
        callHook(clock, async () => {
          refusal = await clock.advance('1s').catch((error: unknown) => error);
        });
      });
      await clock.advance('1m');
      expect(refusal).toBeInstanceOf(ClockBusyError);
    });

    it('goes on after one that has failed', async () => {
      const clock = new VirtualClock({ now: 100 });
      await expect(clock.advanceTo(1)).rejects.toThrow(ClockBackwardsError);
      await clock.advance(10);
      expect(clock.now()).toBe(110);
    });
  });

  describe('runNext', () => {
    it('runs all that is due at the next instant, and says which that was', async () => {
      const clock = new VirtualClock({ now: 0 });
      const seen: string[] = [];
      for (const [name, when] of [
        ['a', 10],
        ['b', 10],
        ['c', 20],
      ] as const) {
        clock.at(when, () => seen.push(name));
      }
      expect(await clock.runNext()).toBe(10);
      expect([clock.now(), seen]).toEqual([10, ['a', 'b']]);
      expect(await clock.runNext()).toBe(20);
      expect(await clock.runNext()).toBeUndefined();
      expect([clock.now(), seen]).toEqual([20, ['a', 'b', 'c']]);
    });

    it('sees what is armed only once promises have settled, and deadlines', async () => {
      const clock = new VirtualClock({ now: 0 });
      const booting = (async () => {
        for (let i = 0; i < 50; i++) await Promise.resolve();
        clock.at(10, () => undefined, { deadline: true });
      })();
      expect(await clock.runNext()).toBe(10);
      await booting;
    });
  });

  it('settle lets what is in flight settle and runs what is due, without moving time', async () => {
    const clock = new VirtualClock({ now: 0 });
    const seen: string[] = [];
    callHook(clock, async ({ sleep }) => {
      await realSleep(5);
      seen.push('settled');
      await sleep(0);
      seen.push('due');
      await sleep(1);
      seen.push('later');
    });
    await clock.settle();
    expect([clock.now(), seen]).toEqual([0, ['settled', 'due']]);
  });

  it('advanceUntil stops time where its condition comes true, and says whether it has', async () => {
    const clock = new VirtualClock({ now: 0 });
    let count = 0;
    const again = (): void => {
      count++;
      clock.at(clock.now() + 10, again);
    };
    clock.at(10, again);
    expect(await clock.advanceUntil(() => count === 3, '1s')).toBe(true);
    expect(clock.now()).toBe(30);
    expect(await clock.advanceUntil(() => count === 3, '1s')).toBe(true);
    expect(clock.now()).toBe(30);
    expect(await clock.advanceUntil(() => count === 1_000, '1s')).toBe(false);
    expect(clock.now()).toBe(1_030);
  });

  it('of an application that is over does not move', async () => {
    const app = await createTestApplication({});
    await app.start();
    await app.clock.advance('1s');
    const stopping = app.stop();
    await app.clock.advance('1s');
    await stopping;
    await expect(app.clock.advance('1h')).rejects.toMatchObject({
      code: 'CLOCK_STOPPED',
      message: expect.stringMatching(/advance\("1h"\) was called[^]*state: stopped/) as string,
    });
    await expect(app.clock.runNext()).rejects.toMatchObject({ code: 'CLOCK_STOPPED' });
    const never = await createTestApplication({});
    await never.stop();
    await expect(never.clock.advance('1h')).rejects.toMatchObject({ code: 'CLOCK_STOPPED' });
  });

  it('is not broken by the fake timers of a test', async () => {
    jest.useFakeTimers();
    try {
      const clock = new VirtualClock({ now: 0, settleMs: 20 });
      callHook(clock, () => new Promise(() => undefined));
      const fired = jest.fn();
      clock.at(10, fired);
      await clock.advance(10);
      expect(fired).toHaveBeenCalledTimes(1);
    } finally {
      jest.useRealTimers();
    }
  });
});
