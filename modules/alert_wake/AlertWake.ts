import { IsBoolean } from 'class-validator';
import {
  BackgroundDaemon,
  type Duration,
  durationMs,
  IsDuration,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  Settings,
  type TickContext,
} from 'daemonry';

import type { AuditEvent } from '../audit_log/auditEvents';
import { AuditLog } from '../audit_log/AuditLog';
import { Debounce } from '../investigation/Debounce';
import { Investigator, quote } from '../investigation/Investigator';
import { Wake, type WakeOutcome, type Waking } from '../investigation/Wake';

/** Settings of the investigations of alerts, under `alert_wake`. The schedule is `listeners.alert_wake.interval`. */
@Settings('alert_wake')
export class AlertWakeSettings {
  /** Time after an investigation during which no alert of the same category and severity is investigated; 0 = every alert is. */
  @IsDuration({ min: 0, max: '7d' })
  readonly debounce: Duration = '10m';

  /** True: investigates critical alerts each time. */
  @IsBoolean()
  readonly bypassCritical: boolean = false;
}

const NAME = 'alert_wake';
const DISPATCHED = 'notification.dispatched';

type NotificationDispatched = AuditEvent<typeof DISPATCHED>;

/**
 * Investigates alerts that were announced to the operator, each announcement once. Announcements that failed, summaries of
 * several alerts and digests are not investigated.
 */
@BackgroundDaemon({ name: NAME, essential: true, interval: '30s', tickTimeout: '30m' })
export class AlertWake implements OnStartup, OnTick, OnShutdown {
  #wake: Wake<typeof DISPATCHED> | undefined;

  constructor(
    private readonly settings: AlertWakeSettings,
    private readonly audit: AuditLog,
    private readonly investigator: Investigator,
  ) {}

  /** Outcomes of the last tick, one per announcement. */
  get outcomes(): readonly WakeOutcome[] {
    return this.#wake?.outcomes ?? [];
  }

  /** Starts to read the audit log. Announcements from before the very first start are skipped. @throws StateError */
  async startup(): Promise<void> {
    const { debounce, bypassCritical } = this.settings;
    const consumer = this.audit.consumer(NAME, [DISPATCHED]);
    await consumer.start();
    this.#wake = new Wake({
      consumer,
      debounce: new Debounce({ windowMs: durationMs(debounce), consecutive: 1, bypassCritical }),
      investigator: this.investigator,
      waking: (event, source) => this.#waking(event, source),
    });
  }

  /** Investigates new announcements. */
  async tick(context: TickContext): Promise<void> {
    await this.#wake?.tick(context);
  }

  /** Forgets the outcomes and the debounced announcements. */
  shutdown(): void {
    this.#wake = undefined;
  }

  #waking({ sequence, details }: NotificationDispatched, source: string): Waking | undefined {
    const { alertIds, category, severity, kind, status, title, detail } = details;
    const [alertId] = alertIds;
    if (kind !== 'single' || status !== 'ok' || alertId === undefined) return undefined;
    return {
      key: `${category}:${severity}`,
      severity,
      headline: `${severity.toUpperCase()}: ${title}`,
      question:
        `There is an alert (${category}, ${severity}): ${quote(`${title} ${detail}`)}. ` +
        'What is wrong, and what is to be done first?',
      route: 'alert_investigation',
      complete: (investigation) =>
        this.audit.append(
          'alert.investigation_completed',
          { alertId, category, severity, correlationId: `alert:${alertId}:${sequence}`, ...investigation },
          { source },
        ),
    };
  }
}
