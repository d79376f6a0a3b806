/** The work that several processes of the shop share. */
export class Invoices {
  readonly sent: string[] = [];

  /** Sends the invoices of a day; `token` lets the mail server refuse a process that was slower than the next one. */
  async send(day: string, token: bigint | undefined, signal?: AbortSignal): Promise<void> {
    await Promise.resolve();
    signal?.throwIfAborted();
    this.sent.push(token === undefined ? day : `${day} #${token}`);
  }

  /** Reminds of invoices that are not paid. */
  async remind(signal?: AbortSignal): Promise<void> {
    await Promise.resolve();
    signal?.throwIfAborted();
    this.sent.push('reminders');
  }
}
