import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotIn,
  IsObject,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { IsDuration, type Duration, Nested, Secret, Settings } from 'daemonry';

import { VENDORS } from './vendors/VendorProbe';
import {
  DopplerSettings,
  FlySettings,
  SentrySettings,
  SupabaseSettings,
  VercelSettings,
} from './vendors/VendorSettings';

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
