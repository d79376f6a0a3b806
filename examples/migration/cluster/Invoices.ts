import { appendFileSync } from 'node:fs';

/** The work that several processes of the shop share. */
export class Invoices {
  readonly sent: string[] = [];
  /** A file that all processes write to, as they would to one mail server. */
  readonly #outbox = process.env['OUTBOX'];

  /** Sends the invoices of a day; `token` lets the mail server refuse a process that was slower than the next one. */
  async send(day: string, token: bigint | undefined, signal?: AbortSignal): Promise<void> {
    await Promise.resolve();
    signal?.throwIfAborted();
    this.#mail(token === undefined ? day : `${day} #${token}`);
  }

  /** Reminds of invoices that are not paid. */
  async remind(signal?: AbortSignal): Promise<void> {
    await Promise.resolve();
    signal?.throwIfAborted();
    this.#mail('reminders');
  }

  #mail(what: string): void {
    this.sent.push(what);
    if (this.#outbox !== undefined) appendFileSync(this.#outbox, `${what}\n`);
  }
}
