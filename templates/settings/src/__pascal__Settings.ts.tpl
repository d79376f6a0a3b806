import { IsBoolean } from 'class-validator';
import { type Duration, IsDuration, Settings } from 'daemonry';

/** What an operator may change under `{{snake}}`. An initializer is the default. */
@Settings('{{snake}}')
export class {{pascal}}Settings {
  @IsBoolean()
  readonly enabled: boolean = true;

  @IsDuration()
  readonly timeout: Duration = '5s';
}
