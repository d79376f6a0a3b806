import { BackgroundDaemon, Clock, type TickContext } from '../../src';
import { refusals } from './certifyRefusals';

describe('a daemon is refused that', () => {
  it('calls its own task beside the schedule', async () => {
    @BackgroundDaemon({ interval: '1m' })
    class Eager {
      #isSecond = false;
      tick(context: TickContext): void {
        this.#isSecond = !this.#isSecond;
        if (this.#isSecond) this.tick(context);
      }
    }

    const refused = await refusals(Eager);

    expect(Object.keys(refused)).toEqual(['overlap']);
    expect(refused.overlap).toContain('leave the calls of tick() to the framework');
  });

  it('goes on with its task after its shutdown', async () => {
    @BackgroundDaemon({ interval: '1m' })
    class Restless {
      constructor(private readonly clock: Clock) {}
      startup(): void {
        this.clock.at(this.clock.now() + 90_000, () => {
          this.tick();
          this.startup();
        });
      }
      tick(): void {}
    }

    const refused = await refusals(Restless);

    expect(Object.keys(refused)).toEqual(['quiet']);
    expect(refused.quiet).toContain('tick');
  });
});
