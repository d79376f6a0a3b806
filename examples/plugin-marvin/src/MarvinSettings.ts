import { IsInt, Max, Min } from 'class-validator';
import { type Duration, IsDuration } from 'daemonry';

/** The settings of the plugin, under `plugins.settings.marvin`. */
export class MarvinSettings {
  /** How often Marvin sighs. */
  @IsDuration({ min: 10 })
  interval: Duration = '15m';

  /** From 1, mildly disappointed, to 10, as usual. */
  @IsInt()
  @Min(1)
  @Max(10)
  gloom = 10;
}
