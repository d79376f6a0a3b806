import { IsOptional, Length } from 'class-validator';
import { Settings } from 'daemonry';

/** Settings of the counters, under `cost_telemetry`. How often they are written is `listeners.cost_telemetry.interval`. */
@Settings('cost_telemetry')
export class CostTelemetrySettings {
  /** The file, relative to the working directory. Default: `cost_telemetry.json` in `data.directory`. */
  @IsOptional()
  @Length(1, 1_000)
  readonly path?: string;
}
