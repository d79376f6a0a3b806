import { Clock, withDeadline } from 'daemonry';
import { injectable, multiInject, optional } from 'inversify';

import { Alerts } from '../alerts/Alerts';
import { type AuditEvent, SEVERITIES } from '../audit_log/auditEvents';
import { AuditLog } from '../audit_log/AuditLog';
import type { AuditTail } from '../audit_log/AuditReader';
import { CostLadder, type CostLadderStatus } from '../cost_ladder/CostLadder';
import { Telemetry } from '../cost_telemetry/Telemetry';
import { OperationalState, type OperationalStateRecord } from '../operational_state/OperationalState';
import {
  RECENT_MS,
  type AlertsSection,
  type CostTelemetrySection,
  type EventsSection,
  type OpenTaskCount,
} from './SnapshotDocument';

/** Counts the tasks of an application for the snapshot: tickets, orders, jobs. Bind a class of yours, and this token to it. */
export abstract class OpenTasks {
  /** Resolves with the present numbers. Asked for with each snapshot, for at most ten seconds; then the signal aborts. */
  abstract count(signal: AbortSignal): OpenTaskCount | Promise<OpenTaskCount>;
}

const COUNTING_MS = 10_000;

/** Where the sections of a snapshot come from that are about what the application is used for; each may reject. */
@injectable()
export class OperationSources {
  #tail: AuditTail | undefined;
  /** Read so far, and recent at the last call. */
  #errors: AuditEvent[] = [];

  constructor(
    private readonly state: OperationalState,
    private readonly activeAlerts: Alerts,
    private readonly ladder: CostLadder,
    private readonly telemetry: Telemetry,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    @multiInject(OpenTasks) @optional() private readonly tasks: readonly OpenTasks[] = [],
  ) {}

  /** The open tasks of all counters; `undefined` without any. Rejects when one fails, hangs, or counts with anything but numbers. */
  async openTasks(signal: AbortSignal): Promise<OpenTaskCount | undefined> {
    if (this.tasks.length === 0) return undefined;
    const counting = this.tasks.map((counter) =>
      withDeadline(COUNTING_MS, async (inner) => counter.count(inner), {
        clock: this.clock,
        signal,
        owner: 'The count of open tasks',
      }),
    );
    const counts = await Promise.all(counting);
    const sum = (name: keyof OpenTaskCount): number => counts.reduce((total, count) => total + count[name], 0);
    const total = { open: sum('open'), inProgress: sum('inProgress') };
    if (!Number.isSafeInteger(total.open) || !Number.isSafeInteger(total.inProgress))
      throw new TypeError('The open tasks are not counted by whole numbers.');
    return total;
  }

  /** The operational state, as it was last set. */
  operationalState(): Promise<OperationalStateRecord> {
    return this.state.current();
  }

  /** The open alerts. */
  async alerts(): Promise<AlertsSection> {
    const alerts = await this.activeAlerts.active();
    const none = SEVERITIES.map((severity) => [severity, 0] as const);
    const bySeverity = { ...Object.fromEntries(none), ...countBy(alerts.map(({ severity }) => severity)) };
    const byCategory = countBy(alerts.map(({ category }) => category));
    return { activeCount: alerts.length, bySeverity: bySeverity as AlertsSection['bySeverity'], byCategory, alerts };
  }

  /** The tier of the spending, and its limits. */
  costLadder(): Promise<CostLadderStatus> {
    return this.ladder.current();
  }

  /** The counters of the telemetry, by window. */
  async costTelemetry(): Promise<CostTelemetrySection> {
    await this.telemetry.restore();
    return { rolling_24h: this.telemetry.window('rolling_24h'), monthly: this.telemetry.window('monthly') };
  }

  /** Calls must not overlap. */
  async events(signal: AbortSignal): Promise<EventsSection> {
    const since = this.clock.now() - RECENT_MS;
    const isRecent = ({ at }: AuditEvent): boolean => Date.parse(at) >= since;
    this.#tail ??= this.audit.tail(since);
    for await (const event of this.#tail.read(signal)) {
      if (isError(event) && isRecent(event)) this.#errors.push(event);
    }
    this.#errors = this.#errors.filter(isRecent);
    return { recentErrors: this.#errors.length, byType: countBy(this.#errors.map(({ type }) => type)) };
  }
}

function isError(event: AuditEvent): boolean {
  if (event.type === 'notification.dispatched') return event.details.status === 'failed';
  return event.type === 'webhook.dead_letter' || event.type === 'slack.reply_failed';
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
