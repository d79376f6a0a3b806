/** The customers, and the mails that were sent to them. */
export class Outbox {
  readonly sent: string[] = [];

  async customers(): Promise<readonly string[]> {
    await Promise.resolve();
    return ['ada', 'grace', 'radia'];
  }

  async send(customer: string): Promise<void> {
    await Promise.resolve();
    this.sent.push(customer);
  }
}
