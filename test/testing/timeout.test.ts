import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { BackgroundDaemon, type ClockTimer, type RunContext, type TickContext } from '../../src';
import { createTestApplication } from '../../src/testing';

const begins = Date.parse('2026-01-01T00:00:00Z');

/** Settles as a fetch that gets no answer does: when its signal is aborted. */
const unanswered = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason);
    });
  });

/** Collects what nothing holds any more; a turn later, so that no reference of this turn holds it. */
async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('The timeout of a context', () => {
  it('aborts what waits in vain when its time has passed on the clock', async () => {
    @BackgroundDaemon({ interval: '1m', tickTimeout: '50s' })
    class Fetching {
      async tick({ timeout }: TickContext): Promise<void> {
        await unanswered(timeout('5s'));
      }
    }
    const app = await createTestApplication({ listeners: [Fetching], settleMs: 5 });
    await app.start();
    const { record } = await app.until('run.finished', { within: '1h' });
    expect(record).toMatchObject({ outcome: 'failed', error: { name: 'TimeoutError' } });
    expect(record.error?.message).toBe('5s have passed in fetching.tick');
    expect(app.clock.now() - begins).toBe(65_000);
  });

  it('aborts with the signal of its hook, and for its reason', async () => {
    const reasons: unknown[] = [];
    @BackgroundDaemon({ interval: '1m', tickTimeout: '2s' })
    class Fetching {
      async tick({ signal, timeout }: TickContext): Promise<void> {
        await unanswered(timeout('5s')).catch((reason: unknown) => reasons.push(reason, signal.reason));
      }
    }
    const app = await createTestApplication({ listeners: [Fetching], settleMs: 5 });
    await app.start();
    await app.clock.advance('70s');
    expect(app.runs('fetching')).toMatchObject([{ outcome: 'timed_out' }]);
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toBe(reasons[1]);
    expect(reasons[0]).toMatchObject({ code: 'TICK_TIMEOUT' });
  });

  it('is aborted at once when the hook has been told to give up before', async () => {
    const reasons: unknown[] = [];
    @BackgroundDaemon()
    class Pump {
      async run({ signal, timeout }: RunContext): Promise<void> {
        await unanswered(signal).catch(() => undefined);
        reasons.push(timeout('5s').reason, signal.reason);
      }
    }
    const app = await createTestApplication({ listeners: [Pump] });
    await app.start();
    await app.stop('enough');
    expect(reasons).toMatchObject([{ code: 'APPLICATION_STOPPED' }, { code: 'APPLICATION_STOPPED' }]);
  });

  it('is forgotten once its time has passed, by a run body that makes them for months', async () => {
    @BackgroundDaemon()
    class Poller {
      async run({ sleep, timeout }: RunContext): Promise<void> {
        for (;;) {
          timeout('1s');
          await sleep('1m');
        }
      }
    }
    const app = await createTestApplication({ listeners: [Poller] });
    const timers: WeakRef<ClockTimer>[] = [];
    const at = app.clock.at.bind(app.clock);
    app.clock.at = (...args) => {
      const timer = at(...args);
      timers.push(new WeakRef(timer));
      return timer;
    };
    await app.start();
    await app.clock.advance('1h');
    await collectGarbage();

    expect(timers.length).toBeGreaterThan(100);
    expect(timers.filter((timer) => timer.deref() !== undefined).length).toBeLessThan(10);
  });

  it('leaves nothing on the clock when the hook has settled, and aborts nothing then', async () => {
    const signals: AbortSignal[] = [];
    @BackgroundDaemon()
    class Quick {
      async tick({ timeout }: TickContext): Promise<void> {
        signals.push(timeout('5s'));
      }
    }
    const app = await createTestApplication({ listeners: [Quick] });
    await app.start();
    await app.tick('quick');
    expect(await app.clock.runNext()).toBeUndefined();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });
});
