import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import {
  IsDuration,
  type Duration,
  Settings,
  BackgroundDaemon,
  durationMs,
  type OnShutdown,
  type OnStartup,
  type OnTick,
  type TickContext,
} from 'daemonry';

import type { AuditEvent } from '../audit_log/AuditEvent';
import { AuditLog } from '../audit_log/AuditLog';
import { Debounce } from '../investigation/Debounce';
import { Investigator, quote } from '../investigation/Investigator';
import { Wake, type Waking, type WakeOutcome } from '../investigation/Wake';

/** Settings of the investigations of probes, under `probe_wake`. How often is `listeners.probe_wake.interval`. */
@Settings('probe_wake')
export class ProbeWakeSettings {
  /** How long nothing of the same probe and category is investigated again; 0 = everything is, at once. */
  @IsDuration({ min: 0, max: '7d' })
  readonly debounce: Duration = '10m';

  /** How many rounds of the probes, within `debounce`, have to find it. */
  @IsInt()
  @Min(1)
  @Max(100)
  readonly consecutive: number = 2;

  /** Investigates critical findings at once, each time. */
  @IsBoolean()
  readonly bypassCritical: boolean = false;
}

const NAME = 'probe_wake';
const REQUESTED = 'probe.wake_requested';

type WakeRequested = AuditEvent<typeof REQUESTED>;

/**
 * Looks into what the probes ask to have looked into: each request is read once, and what has been found twice in a row is
 * investigated and told to the operator.
 */
@BackgroundDaemon({ name: NAME, interval: '30s', tickTimeout: '30m' })
export class ProbeWake implements OnStartup, OnTick, OnShutdown {
  #wake: Wake<typeof REQUESTED> | undefined;

  constructor(
    private readonly settings: ProbeWakeSettings,
    private readonly audit: AuditLog,
    private readonly investigator: Investigator,
  ) {}

  /** What the last tick did, one a request. */
  get outcomes(): readonly WakeOutcome[] {
    return this.#wake?.outcomes ?? [];
  }

  /** What was requested before the very first start is not looked into. @throws AuditWriteError */
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

  async tick(context: TickContext): Promise<void> {
    await this.#wake?.tick(context);
  }

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
