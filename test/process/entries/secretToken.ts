import { Secret, Settings } from 'daemonry';
import { IsString } from 'class-validator';

@Settings('token')
export class Token {
  @Secret()
  @IsString()
  readonly value: string = '';
}
