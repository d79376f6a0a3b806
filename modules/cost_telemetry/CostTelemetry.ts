import { BackgroundDaemon, type OnStartup, type OnTick, PeriodicTask, type TickContext } from 'daemonry';

import { Telemetry } from './Telemetry';

/** Keeps the counters of {@link Telemetry}: reads them back at the start, writes them, and lets old ones go. */
@BackgroundDaemon({ name: 'cost_telemetry', essential: true, interval: '5m' })
export class CostTelemetry implements OnStartup, OnTick {
  constructor(private readonly telemetry: Telemetry) {}

  /** Reads the counters back. */
  async startup(): Promise<void> {
    await this.telemetry.restore();
  }

  /** Stores the counters. */
  async tick({ commit }: TickContext): Promise<void> {
    await this.telemetry.persist(commit);
  }

  /** Removes hours that have left the rolling window. */
  @PeriodicTask({ interval: '1h', initialDelay: 0 })
  roll(): void {
    this.telemetry.roll();
  }

  /** Logs the totals of a month once it is over. */
  @PeriodicTask({ interval: '1h', initialDelay: 0 })
  monthly({ log }: TickContext): void {
    const closed = this.telemetry.closedMonth();
    if (closed === undefined) return;
    const { calls, costUsd } = closed.total;
    log.info(`${closed.month} is over: ${calls} calls cost ${costUsd.toFixed(2)} USD`, { month: closed.month });
  }
}
