// region queue
import { BackgroundDaemon, Listener, type StartupContext, type TickContext } from 'daemonry';
import { Queue, Worker } from 'bullmq';

import { MailingSettings } from './MailingSettings';
import { Outbox } from './Outbox';

/** A queue of one's own: every process works on it, as many mails at a time as it is told. */
@Listener()
export class MailingQueue {
  #queue: Queue<{ readonly customer: string }> | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly settings: MailingSettings,
  ) {}

  startup({ defer, log }: StartupContext): void {
    const connection = { url: this.settings.redis, maxRetriesPerRequest: null };
    const queue = new Queue<{ readonly customer: string }>('mailing', { connection });
    const worker = new Worker<{ readonly customer: string }>(
      'mailing',
      async ({ data }) => {
        await this.outbox.send(data.customer);
      },
      { connection, concurrency: this.settings.atOnce },
    );
    queue.on('error', ({ message }) => {
      log.warn(message);
    });
    worker.on('error', ({ message }) => {
      log.warn(message);
    });
    // Ends when the mails in hand are sent; the newest disposer goes first.
    defer(() => queue.close());
    defer(() => worker.close());
    this.#queue = queue;
  }

  /** Hands in a mail for each customer; a moment that is handed in twice is still one mail for each. */
  async handIn(customers: readonly string[], scheduledAt: Date): Promise<void> {
    await this.#queue?.addBulk(
      customers.map((customer) => ({
        name: 'mail',
        data: { customer },
        opts: { jobId: `${scheduledAt.getTime()}-${customer}`, attempts: 3, removeOnComplete: 1_000 },
      })),
    );
  }
}

/** Says when: one process in the cluster reads who gets a mail, and all of them send. */
@BackgroundDaemon({ interval: '1h', scope: 'cluster', delivery: 'at-least-once' })
export class Mailing {
  constructor(
    private readonly queue: MailingQueue,
    private readonly outbox: Outbox,
  ) {}

  async tick({ scheduledAt }: TickContext): Promise<void> {
    await this.queue.handIn(await this.outbox.customers(), scheduledAt);
  }
}
// endregion queue
