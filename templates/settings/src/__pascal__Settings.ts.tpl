import { type Duration, IsDuration, Settings } from 'daemonry';

/** What an operator may change under `{{snake}}`. An initializer is the default. */
@Settings('{{snake}}')
export class {{pascal}}Settings {
  @IsDuration()
  readonly timeout: Duration = '5s';
}
