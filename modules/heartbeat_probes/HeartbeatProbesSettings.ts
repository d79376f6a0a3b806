import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotIn,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';
import { type Duration, IsDuration, Nested, Secret, Settings } from 'daemonry';

import { isObject } from '../shared/fields';
import { SAFE_ORIGIN } from '../shared/settings';
import { VENDORS } from './vendors/VendorProbe';

const URL_RULE = 'must be an https URL without a path (http is for loopback only)';

const TOKEN = /^[\x21-\x7e]{1,2000}$/;
const TOKEN_RULE = 'must be one word of printable ASCII';

/** Each value is a text: YAML takes 42 for a number. */
function IsTexts(): PropertyDecorator {
  const validate = (value: unknown): boolean =>
    isObject(value) && Object.values(value).every((each) => typeof each === 'string');
  return ValidateBy(
    { name: 'isTexts', validator: { validate } },
    { message: '$property must be texts by name: a number needs quotes' },
  );
}

/** Settings of the probe of Vercel. */
export class VercelSettings {
  /** An access token. Default: none, and Vercel is not probed. */
  @Secret()
  @IsOptional()
  @Matches(TOKEN, { message: `token ${TOKEN_RULE}` })
  readonly token?: string;

  /** The team whose deployments are looked at. Default: the token's own account. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9_]{1,100}$/, { message: 'teamId must be an id of Vercel, such as team_abc123' })
  readonly teamId?: string;

  /** URL of Vercel's API. */
  @Matches(SAFE_ORIGIN, { message: `baseUrl ${URL_RULE}` })
  readonly baseUrl: string = 'https://api.vercel.com';
}

/** Settings of the probe of Sentry. */
export class SentrySettings {
  /** An auth token that may read issues. Default: none, and Sentry is not probed. */
  @Secret()
  @IsOptional()
  @Matches(TOKEN, { message: `token ${TOKEN_RULE}` })
  readonly token?: string;

  /** Slug of the organization whose issues are looked at. Default: none, and Sentry is not probed. */
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9_-]{0,99}$/, { message: 'organization must be a slug: lower-case letters, digits, dashes' })
  readonly organization?: string;

  /** URL of Sentry's API. */
  @Matches(SAFE_ORIGIN, { message: `baseUrl ${URL_RULE}` })
  readonly baseUrl: string = 'https://sentry.io';
}

/** Settings of the probe of Doppler. */
export class DopplerSettings {
  /** Any token of Doppler. Default: none, and Doppler is not probed. */
  @Secret()
  @IsOptional()
  @Matches(TOKEN, { message: `token ${TOKEN_RULE}` })
  readonly token?: string;

  /** URL of Doppler's API. */
  @Matches(SAFE_ORIGIN, { message: `baseUrl ${URL_RULE}` })
  readonly baseUrl: string = 'https://api.doppler.com';
}

/** Settings of the probe of a project of Supabase. */
export class SupabaseSettings {
  /** The URL of the project. Default: none, and Supabase is not probed. */
  @IsOptional()
  @Matches(SAFE_ORIGIN, { message: `url ${URL_RULE}` })
  readonly url?: string;

  /** The anonymous key of the project. Default: none, and Supabase is not probed. */
  @Secret()
  @IsOptional()
  @Matches(TOKEN, { message: `anonKey ${TOKEN_RULE}` })
  readonly anonKey?: string;
}

/** Settings of the probe of Fly. */
export class FlySettings {
  /** A token that may read machines. Default: none, and Fly is not probed. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x20-\x7e]{1,2000}$/, { message: 'token must be printable ASCII' })
  readonly token?: string;

  /** Apps whose machines are expected to run. Default: none, and Fly is not probed. */
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/, { each: true, message: 'each of apps must be the name of an app of Fly' })
  readonly apps: readonly string[] = [];

  /** URL of the Machines API. */
  @Matches(SAFE_ORIGIN, { message: `baseUrl ${URL_RULE}` })
  readonly baseUrl: string = 'https://api.machines.dev';

  /**
   * States in requests for investigations that the operator allows to restart machines. Nothing here restarts one: people and
   * proposals read it.
   */
  @IsBoolean()
  readonly restartAllowed: boolean = false;
}

/** One endpoint to probe. */
export class ProbeEndpoint {
  /** Unique among the endpoints. */
  @Matches(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/, {
    message: 'name must be 1 to 100 letters, digits, spaces, dots, dashes or underscores',
  })
  @IsNotIn(VENDORS, { message: `name must be none of a vendor: ${VENDORS.join(', ')}` })
  readonly name!: string;

  /** URL to request. A secret, because its user part and its query may hold credentials. */
  @Secret()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'url must be an http or https URL' },
  )
  readonly url!: string;

  /** Method of the request. */
  @IsIn(['GET', 'HEAD'])
  readonly method: 'GET' | 'HEAD' = 'GET';

  /** Time limit for an answer; without one in time, the status is unknown. */
  @IsDuration({ min: '10ms', max: '2m' })
  readonly timeout: Duration = '10s';

  /** Status code of a healthy answer; redirects are not followed. Default: any from 200 to 299. */
  @IsOptional()
  @IsInt()
  @Min(100)
  @Max(599)
  readonly expectStatus?: number;

  /** Headers to send: name to value. */
  @Secret()
  @IsTexts()
  readonly headers: Readonly<Record<string, string>> = {};

  /** Time in milliseconds above which a healthy answer counts as degraded. Default: no limit. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(120_000)
  readonly degradedAboveMs?: number;
}

/** Settings of the probes, under `heartbeat_probes`. The schedule is `listeners.heartbeat_probes.interval`. */
@Settings('heartbeat_probes')
export class HeartbeatProbesSettings {
  /** HTTP endpoints to probe. */
  @Nested(() => ProbeEndpoint)
  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique((endpoint: ProbeEndpoint) => endpoint.name, { message: 'endpoints must have different names' })
  readonly endpoints: readonly ProbeEndpoint[] = [];

  /** Probes this application's own `/readyz` as `web` too, if it has a web server. */
  @IsBoolean()
  readonly probeSelf: boolean = true;

  /** Maximum number of simultaneous probes. */
  @IsInt()
  @Min(1)
  @Max(50)
  readonly concurrency: number = 5;

  /** Probe of the deployments of Vercel. */
  @Nested(() => VercelSettings)
  readonly vercel: VercelSettings = new VercelSettings();

  /** Probe of the issues of Sentry. */
  @Nested(() => SentrySettings)
  readonly sentry: SentrySettings = new SentrySettings();

  /** Probe of Doppler: checks that it answers. */
  @Nested(() => DopplerSettings)
  readonly doppler: DopplerSettings = new DopplerSettings();

  /** Probe of a project of Supabase: checks that it answers. */
  @Nested(() => SupabaseSettings)
  readonly supabase: SupabaseSettings = new SupabaseSettings();

  /** Probe of the machines of Fly. */
  @Nested(() => FlySettings)
  readonly fly: FlySettings = new FlySettings();
}
