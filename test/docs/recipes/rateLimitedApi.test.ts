import { auto, createTestApplication } from 'daemonry/testing';

// region limited
import { BackgroundDaemon, Clock, type TickContext } from 'daemonry';
import { injectable } from 'inversify';

/** Ten calls a second, for all daemons that inject it. */
@injectable()
class Allowance {
  #next = 0;
  constructor(private readonly clock: Clock) {}

  async take(sleep: TickContext['sleep']): Promise<void> {
    const now = this.clock.now();
    const at = Math.max(now, this.#next);
    this.#next = at + 100;
    if (at > now) await sleep(at - now);
  }
}

abstract class Partner {
  /** Resolves with the seconds of `Retry-After`, or 0 when it was accepted. */
  abstract push(contact: string, signal: AbortSignal): Promise<number>;
}
abstract class Contacts {
  abstract changed(): Promise<readonly string[]>;
}

@BackgroundDaemon({ interval: '1m', overlap: 'skip', tickTimeout: '10m' })
class ContactSync {
  constructor(
    private readonly contacts: Contacts,
    private readonly partner: Partner,
    private readonly allowance: Allowance,
  ) {}

  async tick({ signal, sleep }: TickContext): Promise<void> {
    for (const contact of await this.contacts.changed()) {
      for (;;) {
        await this.allowance.take(sleep);
        const seconds = await this.partner.push(contact, signal);
        if (seconds === 0) break;
        await sleep(seconds * 1_000);
      }
    }
  }
}
// endregion limited

describe('An API with a rate limit', () => {
  it('is called ten times a second at most, and again after the pause that it asks for', async () => {
    const calls: number[] = [];
    const app = await createTestApplication({
      listeners: [ContactSync],
      services: [Allowance],
      now: 0,
      overrides: auto([], (id) => {
        if (id === Contacts) return { changed: async () => ['a', 'b', 'c'] };
        if (id !== Partner) return undefined;
        return { push: async () => (calls.push(app.clock.now()) === 2 ? 5 : 0) };
      }),
    });
    await app.start();
    const run = app.tick('contact_sync');
    await app.clock.advance('30s');

    expect(await run).toMatchObject({ outcome: 'succeeded' });
    expect(calls).toEqual([0, 100, 5_100, 5_200]);
  });
});
