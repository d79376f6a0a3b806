import { auto, createTestApplication } from 'daemonry/testing';

// region poll
import { BackgroundDaemon, type TickContext } from 'daemonry';

/** The rows that wait. `take` marks them as taken in one statement, so that a second process gets others. */
abstract class Invoices {
  abstract take(limit: number, signal: AbortSignal): Promise<readonly { id: string; email: string }[]>;
  abstract markSent(id: string): Promise<void>;
}
abstract class Mailer {
  abstract send(to: string, signal: AbortSignal): Promise<void>;
}

@BackgroundDaemon({ interval: '30s', tickTimeout: '2m', mustSucceedWithin: '10m' })
class InvoiceMails {
  constructor(
    private readonly invoices: Invoices,
    private readonly mailer: Mailer,
  ) {}

  async tick({ signal, log }: TickContext): Promise<void> {
    // Until nothing waits: a backlog is worked off within one run, and the timeout ends it in any case.
    for (;;) {
      const taken = await this.invoices.take(100, signal);
      if (taken.length === 0) return;
      for (const { id, email } of taken) {
        await this.mailer.send(email, signal);
        await this.invoices.markSent(id);
      }
      log.info('sent invoices', { count: taken.length });
    }
  }
}
// endregion poll

describe('Polling a database', () => {
  it('works a backlog off within one run, and is over when nothing waits', async () => {
    const batches = [[{ id: '1', email: 'a@example.org' }], [{ id: '2', email: 'b@example.org' }]];
    const sent: string[] = [];
    const app = await createTestApplication({
      listeners: [InvoiceMails],
      overrides: auto([], (id) =>
        id === Invoices
          ? { take: async () => batches.shift() ?? [], markSent: async (row: string) => void sent.push(row) }
          : undefined,
      ),
    });
    await app.start();

    expect(await app.tick('invoice_mails')).toMatchObject({ outcome: 'succeeded' });
    expect(sent).toEqual(['1', '2']);
  });

  it('is stale when no run has succeeded for ten minutes', async () => {
    const app = await createTestApplication({
      listeners: [InvoiceMails],
      overrides: auto([], (id) =>
        id === Invoices ? { take: () => Promise.reject(new Error('no connection')) } : undefined,
      ),
    });
    await app.start();
    await app.clock.advance('11m');

    expect(app.status().state).toBe('degraded');
  });
});
