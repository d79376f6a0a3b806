import { auto, createTestApplication } from 'daemonry/testing';

// region leader
import { BackgroundDaemon, type RunContext } from 'daemonry';

/** A lease in a store that all processes share: `pg_try_advisory_lock`, `SET key value NX PX 30000`, a Lease of Kubernetes. */
abstract class Lease {
  /** Takes or renews it; false when another process has it. */
  abstract hold(signal: AbortSignal): Promise<boolean>;
  abstract release(): Promise<void>;
}
abstract class Feed {
  /** Works until the signal aborts. */
  abstract follow(signal: AbortSignal): Promise<void>;
}

@BackgroundDaemon({ restart: { delay: '5s' } })
class FeedLeader {
  constructor(
    private readonly lease: Lease,
    private readonly feed: Feed,
  ) {}

  async run({ signal, sleep, log }: RunContext): Promise<void> {
    while (!(await this.lease.hold(signal))) await sleep('10s');
    log.info('leads');
    const lost = new AbortController();
    const work = this.feed.follow(AbortSignal.any([signal, lost.signal]));
    try {
      // Renewed three times as often as it expires. Whoever loses it stops the work, and dies: the restart waits anew.
      await Promise.race([work, this.#renew({ signal, sleep })]);
    } finally {
      lost.abort();
      await work.catch(() => undefined);
      await this.lease.release();
    }
  }

  async #renew({ signal, sleep }: Pick<RunContext, 'signal' | 'sleep'>): Promise<void> {
    while (await this.lease.hold(signal)) await sleep('10s');
    throw new Error('the lease is lost');
  }
}
// endregion leader

describe('A leader', () => {
  it('works while it holds the lease, stops when it is lost, and waits for it again', async () => {
    let holder: 'me' | 'another' = 'another';
    const seen: string[] = [];
    const follow = (signal: AbortSignal): Promise<void> => {
      seen.push('follows');
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          seen.push('stopped');
          resolve();
        });
      });
    };
    const app = await createTestApplication({
      listeners: [FeedLeader],
      overrides: auto([], (id) =>
        id === Lease
          ? { hold: async () => holder === 'me', release: async () => undefined }
          : id === Feed
            ? { follow }
            : undefined,
      ),
    });
    await app.start();
    await app.clock.advance('1m');
    expect(seen).toEqual([]);

    holder = 'me';
    await app.clock.advance('30s');
    expect(seen).toEqual(['follows']);

    holder = 'another';
    await app.clock.advance('30s');
    expect(seen).toEqual(['follows', 'stopped']);

    holder = 'me';
    await app.clock.advance('1m');
    expect(seen).toEqual(['follows', 'stopped', 'follows']);
    await app.stop();
  });
});
