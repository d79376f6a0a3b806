import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

import { Clock, type ClockTimer, type ClockTimerOptions } from '../../src/contracts/Clock';
import { VirtualClock } from '../../src/testing/clock/VirtualClock';
import { alarmOn, type Alarm } from '../../src/time/Alarm';
import { SystemClock } from '../../src/time/SystemClock';
import { FakeNative } from './FakeNative';

/** A clock as a user may write it, which knows nothing of alarms. */
class UsersClock extends Clock {
  constructor(private readonly clock: Clock) {
    super();
  }

  now(): number {
    return this.clock.now();
  }

  at(when: number, fn: () => void, options?: ClockTimerOptions): ClockTimer {
    return this.clock.at(when, fn, options);
  }
}

interface Given {
  readonly clock: Clock;
  readonly pass: (ms: number) => Promise<void>;
}

const CLOCKS: Readonly<Record<string, () => Given>> = {
  'the clock of the system': () => {
    const native = new FakeNative();
    return { clock: new SystemClock(native), pass: async (ms) => native.pass(ms) };
  },
  'a virtual clock': () => {
    const clock = new VirtualClock({ now: 0 });
    return { clock, pass: (ms) => clock.advance(ms) };
  },
  'a clock of a user': () => {
    const clock = new VirtualClock({ now: 0 });
    return { clock: new UsersClock(clock), pass: (ms) => clock.advance(ms) };
  },
};

const context = new AsyncResource('Test');

function alarm(clock: Clock, ring: (now: number) => void = () => undefined, deadline = false): Alarm {
  return alarmOn(clock, { context, ring }, deadline);
}

describe.each(Object.keys(CLOCKS))('An alarm on %s', (name) => {
  const given = CLOCKS[name] as () => Given;

  it('rings once at its instant, with the time', async () => {
    const { clock, pass } = given();
    const rung: number[] = [];
    alarm(clock, (now) => rung.push(now)).set(100);
    await pass(99);
    expect(rung).toEqual([]);
    await pass(200);
    expect(rung).toEqual([100]);
  });

  it('rings only at what it was set to last', async () => {
    const { clock, pass } = given();
    const rung: number[] = [];
    const one = alarm(clock, (now) => rung.push(now));
    one.set(100);
    one.set(50);
    one.set(200);
    await pass(150);
    expect(rung).toEqual([]);
    await pass(150);
    expect(rung).toEqual([200]);
  });

  it('does not ring once it is cleared, until it is set again', async () => {
    const { clock, pass } = given();
    const rung: number[] = [];
    const one = alarm(clock, (now) => rung.push(now));
    one.set(100);
    one.clear();
    one.clear();
    await pass(200);
    expect(rung).toEqual([]);
    one.set(300);
    await pass(200);
    expect(rung).toEqual([300]);
  });

  it('may be set while it rings', async () => {
    const { clock, pass } = given();
    const rung: number[] = [];
    const one = alarm(clock, (now) => {
      rung.push(now);
      one.set(now + 100);
    });
    one.set(100);
    await pass(350);
    expect(rung).toEqual([100, 200, 300]);
  });

  it('rings at its instant after what was set before it, and deadlines after the others', async () => {
    const { clock, pass } = given();
    const rung: string[] = [];
    alarm(clock, () => rung.push('deadline'), true).set(100);
    const moved = alarm(clock, () => rung.push('moved'));
    moved.set(50);
    alarm(clock, () => rung.push('alarm')).set(100);
    clock.at(100, () => rung.push('timer'));
    moved.set(100);
    await pass(100);
    expect(rung).toEqual(['alarm', 'timer', 'moved', 'deadline']);
  });
});

describe('An alarm', () => {
  it('rings in the context of its owner, and one that changes it changes it for itself', () => {
    const storage = new AsyncLocalStorage<string>();
    const native = new FakeNative();
    const clock = new SystemClock(native);
    const seen: unknown[] = [];
    storage.run('whoever sets it', () => {
      for (let time = 0; time < 2; time++) {
        alarm(clock, () => {
          seen.push(storage.getStore());
          storage.enterWith('changed');
        }).set(10);
      }
    });
    native.pass(10);
    expect(seen).toEqual([undefined, undefined]);
  });

  it('holds the process while it is set', () => {
    const native = new FakeNative();
    const one = alarm(new SystemClock(native));
    one.set(10);
    expect(native.timers.map(({ hasRef }) => hasRef)).toEqual([true]);
    one.clear();
    expect(native.timers.map(({ hasRef }) => hasRef)).toEqual([false]);
  });

  it('is moved along with a clock that is set back, when it is a deadline', () => {
    const native = new FakeNative(1_000_000);
    const clock = new SystemClock(native);
    const rung: string[] = [];
    alarm(clock, () => rung.push('deadline'), true).set(1_010_000);
    alarm(clock, () => rung.push('instant')).set(1_010_000);
    native.set(-60_000);
    native.pass(10_000);
    expect(rung).toEqual(['deadline']);
    native.pass(60_000);
    expect(rung).toEqual(['deadline', 'instant']);
  });

  it('does not ring for an overdue deadline that was met in the meantime, or set anew', () => {
    const native = new FakeNative();
    const clock = new SystemClock(native);
    const rung: string[] = [];
    const met = alarm(clock, () => rung.push('met'), true);
    const moved = alarm(clock, () => rung.push('moved'), true);
    met.set(10);
    moved.set(10);
    native.setImmediate(() => {
      met.clear();
      moved.set(2_000);
    });
    native.block(1_000);
    native.pass(500);
    expect(rung).toEqual([]);
    native.pass(500);
    expect(rung).toEqual(['moved']);
  });
});
