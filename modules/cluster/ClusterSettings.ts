import { Matches, ValidateBy } from 'class-validator';
import { type Duration, IsDuration, Nested, Secret, Settings } from 'daemonry';
import { IsOptional } from 'class-validator';

/** A validator: the text is a URL with one of `schemes` and a host. The message shows no part of it. */
const IsStoreUrl = (schemes: readonly string[]): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isStoreUrl',
      validator: {
        validate: (value: unknown) => {
          const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
          return url !== undefined && schemes.includes(url.protocol) && url.hostname !== '';
        },
      },
    },
    { message: `$property must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}` },
  );

/** Settings of the connection to Redis, under `cluster.redis`. */
export class ClusterRedisSettings {
  /** The server, as `redis://user:password@host:6379/0`, or `rediss://` with TLS. Default: none. */
  @Secret()
  @IsOptional()
  @IsStoreUrl(['redis:', 'rediss:'])
  readonly url?: string;
}

/** Settings of the connection to PostgreSQL, which is a preview, under `cluster.postgres`. */
export class ClusterPostgresSettings {
  /** The server, as `postgres://user:password@host:5432/database`; a direct connection, no pooler. Default: none. */
  @Secret()
  @IsOptional()
  @IsStoreUrl(['postgres:', 'postgresql:'])
  readonly url?: string;
}

/** Settings of the cluster engine, under `cluster`. One of the two URLs is needed. */
@Settings('cluster')
export class ClusterSettings {
  /** Settings of the connection to Redis. */
  @Nested(() => ClusterRedisSettings)
  readonly redis: ClusterRedisSettings = new ClusterRedisSettings();

  /** Settings of the connection to PostgreSQL. */
  @Nested(() => ClusterPostgresSettings)
  readonly postgres: ClusterPostgresSettings = new ClusterPostgresSettings();

  /**
   * The beginning of every key in Redis, and the schema in PostgreSQL. Applications under one prefix share nothing unless they
   * have one name.
   */
  @Matches(/^[A-Za-z_{][A-Za-z0-9_{}-]{0,62}$/, {
    message: 'prefix must have 1 to 63 letters, digits, underscores, hyphens or braces, and begin with no digit',
  })
  readonly prefix: string = 'daemonry';

  /** The time after which another process takes over from one that has died or is out of reach. */
  @IsDuration({ min: '2s', max: '10m' })
  readonly lease: Duration = '15s';
}
