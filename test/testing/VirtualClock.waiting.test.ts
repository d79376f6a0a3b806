import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as realSleep } from 'node:timers/promises';

import { VirtualClock } from '../../src/testing/clock/VirtualClock';
import { callHook } from './callHook';

const elapsed = async (fn: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await fn();
  return performance.now() - began;
};

describe('VirtualClock waits for callbacks in flight', () => {
  it('before anything that is due', async () => {
    const clock = new VirtualClock({ now: 0, settleMs: 2_000 });
    const seen: string[] = [];
    clock.at(10, () => {
      callHook(clock, async () => {
        await realSleep(20);
        seen.push(`settled@${clock.now()}`);
      });
    });
    clock.at(11, () => seen.push('next'));
    await clock.advance(20);
    expect(seen).toEqual(['settled@10', 'next']);
  });

  it('before it returns', async () => {
    const clock = new VirtualClock({ now: 0, settleMs: 2_000 });
    const call = callHook(clock, () => realSleep(20));
    await clock.advance(1);
    expect(call.isSettled).toBe(true);
  });

  it('through real I/O, which is not taken for a hang', async () => {
    const server = createServer((_request, response) => setTimeout(() => response.end('ok'), 15));
    try {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const clock = new VirtualClock({ now: 0, settleMs: 2_000 });
      const deadline = jest.fn();
      callHook(clock, async () => {
        const timer = clock.at(1_000, deadline, { deadline: true });
        await new Promise((resolve, reject) => {
          get({ host: '127.0.0.1', port }, (response) => response.resume().on('end', resolve)).on('error', reject);
        });
        timer.cancel();
      });
      await clock.advance('10s');
      expect(deadline).not.toHaveBeenCalled();
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('no longer than settleMs, and only once: what stands still holds time up no more', async () => {
    const clock = new VirtualClock({ now: 0, settleMs: 50 });
    callHook(clock, () => new Promise(() => undefined));
    const deadline = jest.fn();
    clock.at(10_000, deadline, { deadline: true });
    const first = await elapsed(() => clock.advance('11s'));
    expect(deadline).toHaveBeenCalledTimes(1);
    expect(first).toBeGreaterThanOrEqual(45);
    for (let i = 1; i <= 20; i++) clock.at(clock.now() + i, () => undefined);
    // Held up at each timer it would take a second.
    expect(await elapsed(() => clock.advance('1h'))).toBeLessThan(500);
  });

  it('again when one that stood still has resumed from the clock', async () => {
    const clock = new VirtualClock({ now: 0, settleMs: 30 });
    let stage = 'hung';
    const call = callHook(clock, async ({ sleep }) => {
      await realSleep(60);
      await sleep(100);
      stage = 'resumed';
      await realSleep(15);
      stage = 'settled';
    });
    await clock.advance(1);
    expect([stage, call.isSettled]).toEqual(['hung', false]);
    await realSleep(60);
    await clock.advance(100);
    expect(stage).toBe('settled');
  });

  it('with no pause at all when they wait for ctx.sleep', async () => {
    const clock = new VirtualClock({ now: 0, settleMs: 5_000 });
    const call = callHook(clock, async ({ sleep }) => {
      for (let i = 0; i < 5; i++) await sleep('1h');
    });
    expect(await elapsed(() => clock.advance('4h'))).toBeLessThan(1_000);
    expect(call.isSettled).toBe(false);
    await clock.advance('1h');
    expect(call.isSettled).toBe(true);
  });

  it('with no pause at all when they wait for a timer of their own', async () => {
    const clock = new VirtualClock({ now: 0, settleMs: 5_000 });
    const call = callHook(clock, () => new Promise<void>((resolve) => clock.at(3_600_000, resolve)));
    expect(await elapsed(() => clock.advance('59m'))).toBeLessThan(1_000);
    expect(call.isSettled).toBe(false);
    await clock.advance('1m');
    expect(call.isSettled).toBe(true);
  });

  it('but a deadline that they arm is not what they wait for', async () => {
    const clock = new VirtualClock({ now: 0, settleMs: 2_000 });
    const fired = jest.fn();
    const call = callHook(clock, async () => {
      const timer = clock.at(5_000, fired, { deadline: true });
      await realSleep(20);
      timer.cancel();
    });
    await clock.advance('10s');
    expect([call.isSettled, fired.mock.calls.length]).toEqual([true, 0]);
  });

  it('holds again when the timer it waited for is cancelled', async () => {
    const clock = new VirtualClock({ now: 0, settleMs: 2_000 });
    const call = callHook(clock, async () => {
      const timer = clock.at(5_000, () => undefined);
      await Promise.resolve();
      timer.cancel();
      await realSleep(20);
    });
    await clock.advance('10s');
    expect(call.isSettled).toBe(true);
  });
});
