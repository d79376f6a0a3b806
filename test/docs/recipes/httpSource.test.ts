import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { auto, createTestApplication } from 'daemonry/testing';

// region http
import { BackgroundDaemon, type TickContext } from 'daemonry';

/** What is fetched, and where the last call has got to. */
abstract class Rates {
  abstract store(rates: Readonly<Record<string, number>>): void;
}

const ATTEMPTS = 4;

@BackgroundDaemon({ interval: '15m', jitter: '10%', tickTimeout: '2m' })
class RateImport {
  constructor(private readonly rates: Rates) {}

  async tick({ signal, sleep, timeout, log, commit }: TickContext): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        // Each attempt has its own limit, and all of them end with the run.
        const answer = await fetch(`${process.env['RATES_URL']}/latest`, { signal: timeout('10s') });
        if (!answer.ok) throw new Error(`the source answered ${answer.status}`);
        const rates = (await answer.json()) as Record<string, number>;
        // Nothing is stored by a run that was given up in the meantime.
        return commit(() => this.rates.store(rates));
      } catch (error) {
        signal.throwIfAborted();
        if (attempt === ATTEMPTS) throw error;
        log.warn('the source failed, trying again', { attempt, error });
        await sleep(1_000 * 2 ** attempt);
      }
    }
  }
}
// endregion http

describe('An HTTP source', () => {
  let server: Server;
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const givenSource = async (...statuses: number[]): Promise<void> => {
    server = createServer((_request, response) => {
      const status = statuses.shift() ?? 500;
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end('{"EUR":1}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env['RATES_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const givenApplication = async () => {
    const stored: object[] = [];
    const app = await createTestApplication({
      listeners: [RateImport],
      overrides: auto([], (id) => (id === Rates ? { store: (rates: object) => void stored.push(rates) } : undefined)),
    });
    await app.start();
    return { app, stored };
  };

  it('is asked again after a failure, with growing pauses', async () => {
    await givenSource(503, 503, 200);
    const { app, stored } = await givenApplication();
    const run = app.tick('rate_import');
    await app.clock.advance('1m');

    expect(await run).toMatchObject({ outcome: 'succeeded' });
    expect(stored).toEqual([{ EUR: 1 }]);
  });

  it('fails the run after four attempts, and the next due moment tries anew', async () => {
    await givenSource();
    const { app, stored } = await givenApplication();
    const run = app.tick('rate_import');
    await app.clock.advance('1m');

    expect(await run).toMatchObject({ outcome: 'failed', error: { message: 'the source answered 500' } });
    expect(stored).toEqual([]);
  });
});
