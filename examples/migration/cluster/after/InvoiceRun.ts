// region after
import { BackgroundDaemon, PeriodicTask, type TickContext } from 'daemonry';

import { Invoices } from '../Invoices';

@BackgroundDaemon({ interval: '15m', scope: 'cluster' })
export class InvoiceRun {
  constructor(private readonly invoices: Invoices) {}

  tick({ signal }: TickContext): Promise<void> {
    return this.invoices.remind(signal);
  }

  @PeriodicTask({ cron: '0 3 * * *', timeZone: 'Europe/Paris', misfire: 'run-once' })
  nightly({ scheduledAt, signal, fencingToken }: TickContext): Promise<void> {
    return this.invoices.send(scheduledAt.toISOString().slice(0, 10), fencingToken, signal);
  }
}
// endregion after
