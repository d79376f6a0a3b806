import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsIP,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  type ValidationArguments,
} from 'class-validator';
import { IsDuration, type Duration, Secret, Settings } from 'daemonry';

import { EVERYBODY } from './mayAsk';

const HOST = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:]{2,45}$/;
const SECRET = /^[\x21-\x7e]{8,500}$/;

/** Everybody may only ask where the workspaces are named: a channel can be shared with strangers. */
function IsBoundedByTeams(): PropertyDecorator {
  const validate = (value: unknown, args?: ValidationArguments): boolean => {
    const { slackTeams } = args?.object as { readonly slackTeams: unknown };
    return !(Array.isArray(value) && value.includes(EVERYBODY)) || (Array.isArray(slackTeams) && slackTeams.length > 0);
  };
  return ValidateBy(
    { name: 'isBoundedByTeams', validator: { validate } },
    { message: 'slackUsers may be everybody (*) only where slackTeams names the workspaces' },
  );
}

/** Settings of the webhook server, under `webhooks`. Without a secret it is disabled. */
@Settings('webhooks')
export class WebhookSettings {
  /** The address to listen on; `0.0.0.0` takes calls from everywhere. */
  @Matches(HOST, { message: 'host must be an IP address or a host name, without a port' })
  readonly host: string = '127.0.0.1';

  /** The port to listen on; 0 is any free one. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  readonly port: number = 9118;

  /** The signing secret of the Slack app. Default: none, and Slack's calls are refused. */
  @Secret()
  @IsOptional()
  @Matches(SECRET, { message: 'slackSigningSecret must be one word of 8 to 500 printable ASCII characters' })
  readonly slackSigningSecret?: string;

  /** The Slack users who may ask, by id; `*` is everybody of `slackTeams`. Empty: only `operator.slackUser`, if it is set. */
  @IsArray()
  @ArrayMaxSize(1_000)
  @Matches(/^(\*|[A-Z0-9]{2,50})$/, {
    each: true,
    message: 'each of slackUsers must be an id of Slack, such as U012AB3CD, or *',
  })
  @IsBoundedByTeams()
  readonly slackUsers: readonly string[] = [];

  /** The workspaces whose users may ask, by id. Empty: only that of the bot token, or that in which the app was asked. */
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(/^[A-Z0-9]{2,50}$/, { each: true, message: 'each of slackTeams must be an id of Slack, such as T012AB3CD' })
  readonly slackTeams: readonly string[] = [];

  /** The secret with which inbound mail is signed. Default: none, and mail is refused. */
  @Secret()
  @IsOptional()
  @Matches(SECRET, { message: 'emailSecret must be one word of 8 to 500 printable ASCII characters' })
  readonly emailSecret?: string;

  /** How far the time of a signature may lie from now, to either side. */
  @IsDuration({ min: '1s', max: '1h' })
  readonly tolerance: Duration = '300s';

  /** The calls of one address within a minute; further ones are refused before they are read. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  readonly callsPerMinute: number = 60;

  /** The proxies before this server, whose `X-Forwarded-For` says who calls. */
  @IsArray()
  @ArrayMaxSize(100)
  @IsIP(undefined, { each: true, message: 'each of trustedProxies must be an IP address' })
  readonly trustedProxies: readonly string[] = [];

  /** The largest mail, in bytes. */
  @IsInt()
  @Min(1_024)
  @Max(104_857_600)
  readonly maxMailBytes: number = 10_485_760;

  /** How many accepted Slack events may be waiting for their answer. */
  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly maxPending: number = 100;
}
