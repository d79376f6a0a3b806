import { BackgroundDaemon, Clock, type ClockTimer, type ClockTimerOptions, createApplication } from '../../src';
import { SystemClock } from '../../src/time/SystemClock';

/** A clock of the application's own that takes no more timers once it is broken. */
class BreakingClock extends Clock {
  isBroken = false;
  readonly #inner = new SystemClock();

  now(): number {
    return this.#inner.now();
  }

  at(when: number, fn: () => void, options?: ClockTimerOptions): ClockTimer {
    if (this.isBroken) throw new Error('the clock is broken');
    return this.#inner.at(when, fn, options);
  }
}

async function givenApplication() {
  const clock = new BreakingClock();
  const lines: string[] = [];
  @BackgroundDaemon()
  class Steady {}
  const app = await createApplication({
    name: 'broken',
    listeners: [Steady],
    clock,
    config: { directory: false, env: false, values: { shutdown: { delay: '1s' } } },
    logger: { log: ({ message }) => void lines.push(message) },
  });
  return { app, clock, lines };
}

describe('An application whose own clock breaks', () => {
  it('ends with 1 and the reason when it is stopped', async () => {
    const { app, clock, lines } = await givenApplication();
    await app.start();
    clock.isBroken = true;

    const report = await app.stop();

    expect(report).toMatchObject({ code: 1, error: { message: 'the clock is broken' } });
    expect(lines).toContain('the stop could not be finished');
  });
});
