import {
  ArrayMaxSize,
  IsBoolean,
  IsEnum,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';

import { IsDuration } from '../../src/configuration/settings/classValidator';
import { Nested, Secret, Settings } from '../../decorators/settings';

export class Retry {
  @IsInt()
  @Min(0)
  attempts = 3;

  @IsDuration()
  pause: string | number = '1s';
}

export class Channel {
  @IsString()
  name!: string;

  @Secret()
  @IsString()
  @IsOptional()
  key?: string;

  @Nested(() => Retry)
  retry = new Retry();
}

enum Colour {
  Red = 'red',
  Blue = 'blue',
}

@Settings('slack')
export class SlackSettings {
  @Secret()
  @IsString()
  @Matches(/^xoxb-/)
  botToken = 'xoxb-default';

  @IsInt()
  @Max(100)
  limit = 10;

  @IsNumber()
  @IsOptional()
  ratio?: number;

  @IsBoolean()
  verbose = false;

  @IsIn([1, 2, 'auto'])
  level: number | string = 'auto';

  @IsEnum(Colour)
  colour = Colour.Red;

  @IsString({ each: true })
  @ArrayMaxSize(3)
  tags: string[] = [];

  @IsInt({ each: true })
  ports: number[] = [];

  @IsObject()
  headers: Record<string, unknown> = { accept: '*' };

  @Nested(() => Retry)
  retry = new Retry();

  @Nested(() => Channel)
  channels: Channel[] = [];

  @Nested(() => Retry)
  @IsOptional()
  fallback?: Retry;

  initialized = 'no validator';

  @Secret()
  onlySecret?: string;
}
