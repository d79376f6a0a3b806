import { auto, createTestApplication } from 'daemonry/testing';

// region queue
import { BackgroundDaemon, type RunContext } from 'daemonry';

interface Message {
  readonly body: string;
  ack(): Promise<void>;
}
/** The client of RabbitMQ, SQS, NATS: `next` waits for a message, and rejects when the signal aborts. */
abstract class Queue {
  abstract next(signal: AbortSignal): Promise<Message>;
}
abstract class Orders {
  abstract place(order: string): Promise<void>;
}

// No interval: `run` is the body, which lives as long as the application. When the connection is lost it is started again.
@BackgroundDaemon({ restart: { delay: '1s', maxDelay: '1m' } })
class OrderConsumer {
  constructor(
    private readonly queue: Queue,
    private readonly orders: Orders,
  ) {}

  async run({ signal }: RunContext): Promise<void> {
    while (!signal.aborted) {
      const message = await this.queue.next(signal);
      // What has begun is finished: the stop waits for it within `shutdown.grace`, and takes no further message.
      await this.orders.place(message.body);
      await message.ack();
    }
  }
}
// endregion queue

describe('Consuming a queue', () => {
  it('acknowledges what is done, is started again after a lost connection, and takes nothing after the stop', async () => {
    const done: string[] = [];
    let calls = 0;
    const next = (signal: AbortSignal): Promise<Message> => {
      calls++;
      if (calls === 2) return Promise.reject(new Error('connection lost'));
      if (calls > 3)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      return Promise.resolve({ body: `order ${calls}`, ack: async () => void done.push(`order ${calls}`) });
    };
    const app = await createTestApplication({
      listeners: [OrderConsumer],
      overrides: auto([], (id) => (id === Queue ? { next } : undefined)),
    });
    await app.start();
    await app.clock.advance('5s');

    expect(done).toEqual(['order 1', 'order 3']);
    expect(await app.stop()).toMatchObject({ code: 0 });
    expect(calls).toBe(4);
  });
});
