import { AsyncLocalStorage } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { SystemClock } from '../../src/time/SystemClock';
import { FakeNative } from './FakeNative';

const DAY = 86_400_000;

function given(now = 0): {
  native: FakeNative;
  clock: SystemClock;
  fired: string[];
  note: (name: string) => () => void;
} {
  const native = new FakeNative(now);
  const fired: string[] = [];
  return { native, clock: new SystemClock(native), fired, note: (name) => () => void fired.push(name) };
}

describe('SystemClock', () => {
  it('fires at the instant, not before', () => {
    const { native, clock, fired, note } = given();
    clock.at(1_000, note('a'));
    native.pass(999);
    expect(fired).toEqual([]);
    native.pass(1);
    expect(fired).toEqual(['a']);
  });

  it('fires a timer of the past soon, but not synchronously', () => {
    const { native, clock, fired, note } = given(5_000);
    clock.at(0, note('past'));
    expect(fired).toEqual([]);
    native.pass(1);
    expect(fired).toEqual(['past']);
  });

  it('fires timers of one instant in the order they were armed', () => {
    const { native, clock, fired, note } = given();
    for (const name of ['a', 'b', 'c']) clock.at(10, note(name));
    native.pass(10);
    expect(fired).toEqual(['a', 'b', 'c']);
  });

  it.each([2 ** 31, 60 * DAY])('is right over %d ms, and looks at the wall clock every 30 s', (distance) => {
    const { native, clock, fired, note } = given();
    clock.at(distance, note('far'));
    native.pass(distance - 1);
    expect(fired).toEqual([]);
    native.pass(1);
    expect(fired).toEqual(['far']);
    expect(native.delays.every((delay) => delay <= 30_000)).toBe(true);
  });

  it('does not fire a cancelled timer, and cancelling again does nothing', () => {
    const { native, clock, fired, note } = given();
    const timer = clock.at(10, note('a'));
    clock.at(20, note('b'));
    timer.cancel();
    timer.cancel();
    native.pass(30);
    expect(fired).toEqual(['b']);
    timer.cancel();
  });

  it('lets a timer be cancelled by one of the same instant', () => {
    const { native, clock, fired, note } = given();
    clock.at(10, () => {
      second.cancel();
    });
    const second = clock.at(10, note('second'));
    native.pass(20);
    expect(fired).toEqual([]);
  });

  it('fires an earlier timer that is armed after a later one', () => {
    const { native, clock, fired, note } = given();
    clock.at(1_000, note('late'));
    clock.at(10, note('early'));
    native.pass(10);
    expect(fired).toEqual(['early']);
  });

  it('leaves the loop its turn when a timer re-arms itself without delay', () => {
    const { native, clock } = given();
    let turns = 0;
    const again = (): void => {
      turns++;
      clock.at(0, again);
    };
    clock.at(0, again);
    native.pass(10);
    expect(turns).toBe(10);
  });

  it('lets the loop turn when timers of one instant keep it for long, and goes on in order', () => {
    const { native, clock, fired, note } = given();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      clock.at(10, () => {
        fired.push(name);
        native.set(6);
        native.uptime += 6;
        if (name === 'a') native.setImmediate(note('I/O'));
      });
    }
    native.pass(10);
    expect(fired).toEqual(['a', 'b', 'I/O', 'c', 'd']);
    native.block(0);
    expect(fired).toEqual(['a', 'b', 'I/O', 'c', 'd', 'e']);
    expect(native.immediates).toEqual([]);
  });

  describe('and the process', () => {
    it('holds it while a timer is armed, and lets it go when none is', () => {
      const { native, clock } = given();
      const timer = clock.at(10, () => undefined);
      expect(native.timers.map(({ hasRef }) => hasRef)).toEqual([true]);
      timer.cancel();
      expect(native.timers.map(({ hasRef }) => hasRef)).toEqual([false]);
      clock.at(10, () => undefined);
      expect(native.timers.map(({ hasRef }) => hasRef)).toEqual([true]);
    });

    it('arms no new native timer when timers come and go behind the next one', () => {
      const { native, clock } = given();
      clock.at(10, () => undefined);
      for (let i = 0; i < 100; i++) clock.at(20, () => undefined).cancel();
      expect(native.delays).toEqual([10]);
    });

    it('keeps firing after the native timer was let go of', () => {
      const { native, clock, fired, note } = given();
      clock.at(10, note('gone')).cancel();
      native.pass(50);
      clock.at(60, note('a'));
      native.pass(10);
      expect(fired).toEqual(['a']);
    });
  });

  describe('when the wall clock jumps', () => {
    it('fires within 30 s what a jump ahead has brought', () => {
      const { native, clock, fired, note } = given();
      clock.at(DAY, note('a'));
      native.pass(5_000);
      native.set(DAY);
      native.pass(25_000);
      expect(fired).toEqual(['a']);
    });

    it('is exact for what is armed after a jump ahead', () => {
      const { native, clock, fired, note } = given();
      clock.at(2 * DAY, note('far'));
      native.pass(1_000);
      native.set(DAY);
      clock.at(clock.now() + 50, note('near'));
      native.pass(50);
      expect(fired).toEqual(['near']);
    });

    it('waits for the instant again when it is set back', () => {
      const { native, clock, fired, note } = given(DAY);
      clock.at(DAY + 10_000, note('instant'));
      native.set(-3_600_000);
      native.pass(3_600_000);
      expect(fired).toEqual([]);
      native.pass(10_000);
      expect(fired).toEqual(['instant']);
    });

    it('keeps lengths of time when it is set back: sleeps and deadlines end as they would have', () => {
      const { native, clock, fired, note } = given(DAY);
      clock.at(DAY + 10_000, note('sleep'), { elapsed: true });
      clock.at(DAY + 20_000, note('deadline'), { deadline: true });
      native.set(-3_600_000);
      native.pass(10_000);
      expect(fired).toEqual(['sleep']);
      native.pass(10_000);
      expect(fired).toEqual(['sleep', 'deadline']);
    });

    it('tells how far it was set back, once', () => {
      const { native, clock } = given(DAY);
      const steps: number[] = [];
      const stop = clock.onStep((ms) => steps.push(ms));
      clock.at(DAY + 100_000, () => undefined);
      native.pass(10_000);
      native.set(-60_000);
      native.pass(100_000);
      expect(steps).toEqual([60_000]);
      stop();
      native.set(-60_000);
      native.pass(100_000);
      expect(steps).toEqual([60_000]);
    });

    it('tells how far it went forward at once, as after a suspend, and not of a blocked loop', () => {
      const { native, clock } = given(DAY);
      const steps: number[] = [];
      clock.onStep((ms) => steps.push(ms));
      clock.at(DAY * 2, () => undefined);
      native.set(3_600_000);
      native.pass(40_000);
      native.block(100_000);
      expect(steps).toEqual([-3_600_000]);
    });

    it('does not take a jump ahead, a blocked loop or a slow correction for a step back', () => {
      const { native, clock } = given(DAY);
      const steps: number[] = [];
      clock.onStep((ms) => ms > 0 && steps.push(ms));
      clock.at(DAY * 2, () => undefined);
      native.set(3_600_000);
      native.pass(40_000);
      native.block(100_000);
      for (let i = 0; i < 100; i++) {
        native.set(-10);
        native.pass(30_000);
      }
      expect(steps).toEqual([]);
    });
  });

  describe('after the loop was blocked', () => {
    it('fires what is overdue in order, and deadlines only after what I/O has brought', () => {
      const { native, clock, fired, note } = given();
      clock.at(10, note('deadline'), { deadline: true });
      clock.at(20, note('a'));
      clock.at(30, note('b'));
      native.setImmediate(note('I/O'));
      native.block(1_000);
      expect(fired).toEqual(['a', 'b', 'I/O', 'deadline']);
    });

    it('does not fire an overdue deadline that was met in the meantime', () => {
      const { native, clock, fired, note } = given();
      const deadline = clock.at(10, note('deadline'), { deadline: true });
      native.setImmediate(() => {
        deadline.cancel();
      });
      native.block(1_000);
      native.pass(1_000);
      expect(fired).toEqual([]);
    });
  });

  it('calls back in the async context that armed the timer, not in that of another', () => {
    const { native, clock } = given();
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    storage.run('first', () => clock.at(10, () => seen.push(storage.getStore())));
    storage.run('second', () => clock.at(10, () => seen.push(storage.getStore())));
    clock.at(20, () => seen.push(storage.getStore()));
    native.pass(20);
    expect(seen).toEqual(['first', 'second', undefined]);
  });

  it('makes an uncaught exception of what a callback throws, and fires the other timers', () => {
    const script = `
      const { SystemClock } = require('./src/time/SystemClock');
      const clock = new SystemClock();
      process.on('uncaughtException', (error) => console.log('uncaught', error.message));
      clock.at(0, () => { throw new Error('boom'); });
      clock.at(0, () => console.log('second'));
      clock.at(clock.now() + 20, () => console.log('third'));
    `;
    const { stdout, status } = spawnSync(process.execPath, ['-r', 'ts-node/register', '-e', script], {
      cwd: join(__dirname, '..', '..'),
      encoding: 'utf8',
    });
    expect(stdout.trim().split('\n').sort()).toEqual(['second', 'third', 'uncaught boom']);
    expect(status).toBe(0);
  });

  it('tells the time, and fires on the platform itself', async () => {
    const clock = new SystemClock();
    const before = Date.now();
    const firedAt = await new Promise<number>((resolve) =>
      clock.at(before + 20, () => {
        resolve(clock.now());
      }),
    );
    expect(firedAt).toBeGreaterThanOrEqual(before + 20);
    expect(firedAt).toBeLessThan(before + 2_000);
  });
});
