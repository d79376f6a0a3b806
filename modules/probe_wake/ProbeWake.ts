import { IsBoolean, IsInt, Max, Min } from 'class-validator';
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

/** Settings of the investigations of probes, under `probe_wake`. The schedule is `listeners.probe_wake.interval`. */
@Settings('probe_wake')
export class ProbeWakeSettings {
  /** Time after an investigation during which its probe and category is not investigated again; 0 = everything is, at once. */
  @IsDuration({ min: 0, max: '7d' })
  readonly debounce: Duration = '10m';

  /** Number of rounds of the probes, within `debounce`, that must find a trouble before it is investigated. */
  @IsInt()
  @Min(1)
  @Max(100)
  readonly consecutive: number = 2;

  /** True: investigates critical findings at once, each time. */
  @IsBoolean()
  readonly bypassCritical: boolean = false;
}

const NAME = 'probe_wake';
const REQUESTED = 'probe.wake_requested';

type WakeRequested = AuditEvent<typeof REQUESTED>;

/**
 * Investigates what the probes ask for, and tells the operator. Each request is read once; by default a trouble is
 * investigated when it has been found twice.
 */
@BackgroundDaemon({ name: NAME, essential: true, interval: '30s', tickTimeout: '30m' })
export class ProbeWake implements OnStartup, OnTick, OnShutdown {
  #wake: Wake<typeof REQUESTED> | undefined;

  constructor(
    private readonly settings: ProbeWakeSettings,
    private readonly audit: AuditLog,
    private readonly investigator: Investigator,
  ) {}

  /** Outcomes of the last tick, one per request. */
  get outcomes(): readonly WakeOutcome[] {
    return this.#wake?.outcomes ?? [];
  }

  /** Starts to read the audit log. Requests from before the very first start are skipped. @throws StateError */
  async startup(): Promise<void> {
    const { debounce, ...policy } = this.settings;
    const consumer = this.audit.consumer(NAME, [REQUESTED]);
    await consumer.start();
    this.#wake = new Wake({
      consumer,
      debounce: new Debounce({ ...policy, windowMs: durationMs(debounce) }),
      investigator: this.investigator,
      waking: (event, source) => this.#waking(event, source),
    });
  }

  /** Investigates new requests. */
  async tick(context: TickContext): Promise<void> {
    await this.#wake?.tick(context);
  }

  /** Forgets the outcomes and the debounced requests. */
  shutdown(): void {
    this.#wake = undefined;
  }

  #waking({ sequence, details }: WakeRequested, source: string): Waking {
    const { probe, category, severity, summary, envelopeEnabled, envelopeFixName } = details;
    const fix =
      envelopeFixName === undefined
        ? ''
        : ` A fix is known, ${envelopeFixName}; the operator ${envelopeEnabled ? 'allows it' : 'has not allowed it'}.`;
    return {
      key: `${probe}:${category}`,
      severity,
      headline: `${severity.toUpperCase()}: ${summary}`,
      question:
        `The probe ${probe} found ${category} (${severity}): ${quote(summary)}.${fix} ` +
        'What is wrong, and what is to be done first?',
      route: 'probe_investigation',
      complete: (investigation) =>
        this.audit.append(
          'probe.investigation_completed',
          {
            probe,
            category,
            severity,
            correlationId: `probe:${probe}:${category}:${sequence}`,
            autofixRan: false,
            ...investigation,
          },
          { source },
        ),
    };
  }
}
