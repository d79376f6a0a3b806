import { auto, createTestApplication } from 'daemonry/testing';

// region outbox
import { BackgroundDaemon, StateDatabase, type TickContext } from 'daemonry';
import { injectable } from 'inversify';

/** Events are written in the transaction that changes the data, so that neither is kept without the other. */
@injectable()
class Outbox {
  constructor(private readonly state: StateDatabase) {}

  prepare(): Promise<void> {
    return this.state.migrate('outbox', [{ sql: 'CREATE TABLE outbox (id INTEGER PRIMARY KEY, event TEXT NOT NULL)' }]);
  }

  async placeOrder(order: string): Promise<void> {
    await this.state.transaction(async (statements) => {
      // Here the order itself is written by the same `statements`.
      await statements.run('INSERT INTO outbox (event) VALUES (?)', [`placed ${order}`]);
    });
  }

  waiting(): Promise<readonly { readonly id: number; readonly event: string }[]> {
    return this.state.all('SELECT id, event FROM outbox ORDER BY id LIMIT 100');
  }

  async forget(id: number): Promise<void> {
    await this.state.run('DELETE FROM outbox WHERE id = ?', [id]);
  }
}

abstract class Broker {
  abstract publish(key: string, event: string, signal: AbortSignal): Promise<void>;
}

@BackgroundDaemon({ interval: '5s' })
class OutboxRelay {
  constructor(
    private readonly outbox: Outbox,
    private readonly broker: Broker,
  ) {}

  startup(): Promise<void> {
    return this.outbox.prepare();
  }

  async tick({ signal }: TickContext): Promise<void> {
    for (const { id, event } of await this.outbox.waiting()) {
      // At least once: after a crash in between it is published again, and the key tells the receiver.
      await this.broker.publish(`outbox-${id}`, event, signal);
      await this.outbox.forget(id);
    }
  }
}
// endregion outbox

describe('An outbox', () => {
  it('publishes in order what was written, keeps what the broker refuses, and publishes it at the next due moment', async () => {
    const published: string[] = [];
    let isDown = true;
    const publish = async (key: string, event: string): Promise<void> => {
      if (isDown) throw new Error('no broker');
      published.push(`${key}: ${event}`);
    };
    const app = await createTestApplication({
      listeners: [OutboxRelay],
      services: [Outbox],
      overrides: auto([], (id) => (id === Broker ? { publish } : undefined)),
    });
    await app.start();
    await app.container.get(Outbox).placeOrder('A1');
    await app.container.get(Outbox).placeOrder('A2');

    expect(await app.tick('outbox_relay')).toMatchObject({ outcome: 'failed' });
    isDown = false;
    await app.clock.advance('5s');

    expect(published).toEqual(['outbox-1: placed A1', 'outbox-2: placed A2']);
    expect(await app.container.get(Outbox).waiting()).toEqual([]);
  });
});
