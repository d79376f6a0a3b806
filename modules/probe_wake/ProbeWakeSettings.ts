import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

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
