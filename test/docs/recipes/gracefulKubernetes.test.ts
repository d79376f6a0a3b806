import { createTestApplication } from 'daemonry/testing';

// region kubernetes
import { BackgroundDaemon, type TickContext } from 'daemonry';

@BackgroundDaemon({ interval: '1m', tickTimeout: '50s', drainTimeout: '20s' })
class Export {
  written = 0;

  async tick({ signal, sleep }: TickContext): Promise<void> {
    for (let page = 0; page < 5; page++) {
      signal.throwIfAborted();
      await sleep('2s'); // stands for writing a page
      this.written++;
    }
  }
}

/**
 * `/readyz` falls at SIGTERM, the service takes the pod out within `delay`, what runs is finished within `grace`, and the
 * kubelet kills it after `terminationGracePeriodSeconds`: 5 + 25 + the second that is kept for the end, so 40 is enough.
 */
const stop = { shutdown: { delay: '5s', grace: '25s' } };
// endregion kubernetes

describe('A stop in Kubernetes', () => {
  it('is seen by the readiness probe first, finishes the run that has begun, begins no other, and ends with 0', async () => {
    const app = await createTestApplication({ listeners: [Export], config: { values: stop } });
    await app.start();
    await app.clock.advance('59s');
    const daemon = app.listeners.resolve<Export>('export');
    const running = app.trigger('export');
    await app.clock.advance('1s');
    expect((await app.health()).ready).toBe(true);

    const stopped = app.stop('received SIGTERM');
    await app.clock.advance('1s');
    expect((await app.health()).ready).toBe(false);
    await app.clock.advance('30s');

    expect(await running).toMatchObject({ outcome: 'succeeded' });
    expect(await stopped).toMatchObject({ code: 0, degraded: false });
    expect(daemon.written).toBe(5);
  });
});
