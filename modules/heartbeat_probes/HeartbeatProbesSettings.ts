import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsOptional,
  Matches,
  ArrayUnique,
  IsIn,
  IsInt,
  IsNotIn,
  IsObject,
  IsUrl,
  Max,
  Min,
} from 'class-validator';
import { Secret, IsDuration, type Duration, Nested, Settings } from 'daemonry';

import { SAFE_ORIGIN } from '../shared/safeUrl';
import { VENDORS } from './vendors/VendorProbe';

const URL_RULE = 'must be an https URL without a path (http is for loopback only)';

const TOKEN = /^[\x21-\x7e]{1,2000}$/;
const TOKEN_RULE = 'must be one word of printable ASCII';

/** What it takes to ask Vercel. */
export class VercelSettings {
  /** An access token. Default: none, and Vercel is not probed. */
  @Secret()
  @IsOptional()
  @Matches(TOKEN, { message: `token ${TOKEN_RULE}` })
  readonly token?: string;

  /** The team whose deployments count. Default: the token's own account. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9_]{1,100}$/, { message: 'teamId must be an id of Vercel, such as team_abc123' })
  readonly teamId?: string;

  /** Where Vercel's API is. */
  @Matches(SAFE_ORIGIN, { message: `baseUrl ${URL_RULE}` })
  readonly baseUrl: string = 'https://api.vercel.com';
}

/** What it takes to ask Sentry. */
export class SentrySettings {
  /** An auth token that may read issues. Default: none, and Sentry is not probed. */
  @Secret()
  @IsOptional()
  @Matches(TOKEN, { message: `token ${TOKEN_RULE}` })
  readonly token?: string;

  /** The slug of the organization whose issues count. Default: none, and Sentry is not probed. */
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9_-]{0,99}$/, { message: 'organization must be a slug: lower-case letters, digits, dashes' })
  readonly organization?: string;

  /** Where Sentry's API is. */
  @Matches(SAFE_ORIGIN, { message: `baseUrl ${URL_RULE}` })
  readonly baseUrl: string = 'https://sentry.io';
}

/** What it takes to ask Doppler. */
export class DopplerSettings {
  /** Any token of Doppler. Default: none, and Doppler is not probed. */
  @Secret()
  @IsOptional()
  @Matches(TOKEN, { message: `token ${TOKEN_RULE}` })
  readonly token?: string;

  /** Where Doppler's API is. */
  @Matches(SAFE_ORIGIN, { message: `baseUrl ${URL_RULE}` })
  readonly baseUrl: string = 'https://api.doppler.com';
}

/** What it takes to ask a project of Supabase. */
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

/** What it takes to ask Fly. */
export class FlySettings {
  /** A token that may read machines. Default: none, and Fly is not probed. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x20-\x7e]{1,2000}$/, { message: 'token must be printable ASCII' })
  readonly token?: string;

  /** The apps whose machines are to be started. Default: none, and Fly is not probed. */
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/, { each: true, message: 'each of apps must be the name of an app of Fly' })
  readonly apps: readonly string[] = [];

  /** Where the Machines API is. */
  @Matches(SAFE_ORIGIN, { message: `baseUrl ${URL_RULE}` })
  readonly baseUrl: string = 'https://api.machines.dev';

  /**
   * Says in each request for an investigation that a machine may be restarted. Nothing here restarts one: it tells people
   * and proposals that the operator would allow it.
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

  /** The address. A secret, because its user part and its query may hold credentials. */
  @Secret()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'url must be an http or https URL' },
  )
  readonly url!: string;

  /** How to ask. */
  @IsIn(['GET', 'HEAD'])
  readonly method: 'GET' | 'HEAD' = 'GET';

  /** Without an answer for so long, the status is unknown. */
  @IsDuration({ min: '10ms', max: '2m' })
  readonly timeout: Duration = '10s';

  /** The status code of a healthy answer; redirects are not followed. Default: any from 200 to 299. */
  @IsOptional()
  @IsInt()
  @Min(100)
  @Max(599)
  readonly expectStatus?: number;

  /** Headers to send along: name to value. */
  @Secret()
  @IsObject()
  readonly headers: Readonly<Record<string, string>> = {};

  /** A healthy answer that took longer is degraded. Default: never. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(120_000)
  readonly degradedAboveMs?: number;
}

/** Settings of the probes, under `heartbeat_probes`. How often is `listeners.heartbeat_probes.interval`. */
@Settings('heartbeat_probes')
export class HeartbeatProbesSettings {
  /** What to probe. */
  @Nested(() => ProbeEndpoint)
  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique((endpoint: ProbeEndpoint) => endpoint.name, { message: 'endpoints must have different names' })
  readonly endpoints: readonly ProbeEndpoint[] = [];

  /** Also probes this application's own `/readyz` as `web`, when its web server is there. */
  @IsBoolean()
  readonly probeSelf: boolean = true;

  /** So many probes at the same time. */
  @IsInt()
  @Min(1)
  @Max(50)
  readonly concurrency: number = 5;

  /** The deployments of Vercel. */
  @Nested(() => VercelSettings)
  readonly vercel: VercelSettings = new VercelSettings();

  /** The issues of Sentry. */
  @Nested(() => SentrySettings)
  readonly sentry: SentrySettings = new SentrySettings();

  /** Whether Doppler answers. */
  @Nested(() => DopplerSettings)
  readonly doppler: DopplerSettings = new DopplerSettings();

  /** Whether a project of Supabase answers. */
  @Nested(() => SupabaseSettings)
  readonly supabase: SupabaseSettings = new SupabaseSettings();

  /** The machines of Fly. */
  @Nested(() => FlySettings)
  readonly fly: FlySettings = new FlySettings();
}
