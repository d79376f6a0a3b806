import { BackgroundDaemon, type OnStartup, type OnTick, PeriodicTask, type TickContext } from 'daemonry';

import { Telemetry } from './Telemetry';

/** Keeps the counters of {@link Telemetry}: reads them back at the start, writes them, and lets old ones go. */
@BackgroundDaemon({ name: 'cost_telemetry', interval: '5m' })
export class CostTelemetry implements OnStartup, OnTick {
  constructor(private readonly telemetry: Telemetry) {}

  async startup(): Promise<void> {
    await this.telemetry.restore();
  }

  async tick({ runId, signal, commit }: TickContext): Promise<void> {
    await this.telemetry.persist({ writer: runId, signal, commit });
  }

  @PeriodicTask({ interval: '1h' })
  roll(): void {
    this.telemetry.roll();
  }

  @PeriodicTask({ interval: '1h' })
  monthly({ log }: TickContext): void {
    const closed = this.telemetry.closedMonth();
    if (closed === undefined) return;
    const { calls, costUsd } = closed.total;
    log.info(`${closed.month} is over: ${calls} calls cost ${costUsd.toFixed(2)} USD`, { month: closed.month });
  }
}
