import { BackgroundDaemon, type StartupContext } from '../../../src';
import { createTestApplication } from '../../../src/testing';

interface Connection {
  close(): void;
  on(event: 'error', fn: (error: Error) => void): void;
}

describe('a daemon that is restarted', () => {
  const connections: { isOpen: boolean; breaks: (error: Error) => void }[] = [];
  beforeEach(() => (connections.length = 0));

  function connect(_url: string, _signal: AbortSignal): Promise<Connection> {
    const connection = { isOpen: true, breaks: (_error: Error): void => undefined };
    connections.push(connection);
    return Promise.resolve({
      close: () => void (connection.isOpen = false),
      on: (_event, fn) => void (connection.breaks = fn),
    });
  }

  const given = async () => {
    // region daemon
    @BackgroundDaemon({ restart: 'on-failure' })
    class OrderQueue {
      async startup({ signal, defer, fail }: StartupContext): Promise<void> {
        const connection = await connect('amqp://queue', signal);
        defer(() => connection.close());
        connection.on('error', fail);
      }
    }
    // endregion daemon
    const app = await createTestApplication({ listeners: [OrderQueue] });
    await app.start();
    return app;
  };

  it('closes the broken connection, and opens another one', async () => {
    const app = await given();
    connections[0]?.breaks(new Error('ECONNRESET'));
    await app.clock.advance('2s');
    expect(connections.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect(app.status().listeners).toMatchObject([{ name: 'order_queue', state: 'running', restarts: 1 }]);
  });

  it('is restarted by hand', async () => {
    const app = await given();
    // region restart
    await app.restart('order_queue', { reason: 'new password', by: 'kim' });
    // endregion restart
    expect(connections.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });
});
