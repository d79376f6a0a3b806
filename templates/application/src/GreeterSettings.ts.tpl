import { IsString, MinLength } from 'class-validator';
import { Settings } from 'daemonry';

/** What an operator may change of the greeter: `greeter` in config/, or DAEMONRY__GREETER__… */
@Settings('greeter')
export class GreeterSettings {
  @IsString()
  @MinLength(1)
  readonly greeting: string = 'Hello';

  @IsString()
  @MinLength(1)
  readonly audience: string = 'world';
}
