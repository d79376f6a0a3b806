import { IsBoolean } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

/** Settings of the investigations of alerts, under `alert_wake`. How often is `listeners.alert_wake.interval`. */
@Settings('alert_wake')
export class AlertWakeSettings {
  /** How long no other alert of the same category and severity is investigated; 0 = every one is. */
  @IsDuration({ min: 0, max: '7d' })
  readonly debounce: Duration = '10m';

  /** Investigates critical alerts each time. */
  @IsBoolean()
  readonly bypassCritical: boolean = false;
}
