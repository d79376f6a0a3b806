import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { type Duration, IsDuration, Nested, Secret, Settings } from 'daemonry';

import { SCHEMA } from './names';

/**
 * A validator: the text is a URL with one of `schemes` and a host, whose parts can be decoded. The message shows no part of it.
 * @param database - the end of the URL, and how that is said.
 */
const IsStoreUrl = (schemes: readonly string[], database?: readonly [RegExp, string]): PropertyDecorator => {
  const [path, ending] = database ?? [/^/, ''];
  const begins = schemes.map((scheme) => `${scheme}//`).join(' or ');
  const message = `$property must be a URL that begins with ${begins}${ending}; in user and password @ is %40, # is %23, / is %2F, % is %25`;
  const isOne = (value: unknown): boolean => {
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !schemes.includes(url.protocol) || url.hostname === '') return false;
    return [url.username, url.password].every(isEncoded) && path.test(url.pathname);
  };
  return ValidateBy({ name: 'isStoreUrl', validator: { validate: isOne } }, { message });
};

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false; // a % that is none of an encoding
  }
}

/** A validator: a list of servers, each as `host:port`, with an IPv6 address in brackets. */
const AreServers = (): PropertyDecorator => (target, property) => {
  const server = /^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$/;
  const message = '$property must be a list of 1 to 100 servers, each as host:port, without a scheme or a password';
  for (const decorate of [
    IsArray({ message }),
    ArrayMinSize(1, { message }),
    ArrayMaxSize(100, { message }),
    Matches(server, { each: true, message }),
  ])
    decorate(target, property);
};

/** A validator: with PostgreSQL the text is a schema, as BullMQ takes it. */
const IsSchemaWithPostgres = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isSchemaWithPostgres',
      validator: {
        validate: (value: unknown, args) =>
          (args?.object as Partial<ClusterSettings> | undefined)?.postgres?.url === undefined ||
          (typeof value === 'string' && SCHEMA.test(value)),
      },
    },
    { message: '$property must have letters, digits and underscores only with PostgreSQL' },
  );

/**
 * Settings of the connection to Redis, under `cluster.redis`: one server by its `url`; a primary that Sentinel watches, by
 * `sentinels` and `name`; or the `nodes` of a Redis Cluster.
 */
export class ClusterRedisSettings {
  /** The server, as `redis://user:password@host:6379/0`, or `rediss://` with TLS. Default: none. */
  @Secret()
  @IsOptional()
  @IsStoreUrl(['redis:', 'rediss:'], [/^\/?\d{0,5}$/, ', and ends with the number of a database or none'])
  readonly url?: string;

  /** The Sentinels that know the primary, each as `host:port`. Default: none. */
  @IsOptional()
  @AreServers()
  readonly sentinels?: readonly string[];

  /** The name of the primary at the Sentinels. Default: none. */
  @ValidateIf(({ sentinels }: ClusterRedisSettings) => sentinels !== undefined)
  @IsString()
  @Length(1, 100)
  readonly name?: string;

  /** Some nodes of a Redis Cluster, each as `host:port`: the others are found. Default: none. */
  @IsOptional()
  @AreServers()
  readonly nodes?: readonly string[];

  /** The user of the primary, or of all nodes. Default: the default user. */
  @IsOptional()
  @IsString()
  readonly username?: string;

  /** The password of that user. Default: none. */
  @Secret()
  @IsOptional()
  @IsString()
  readonly password?: string;

  /** The password of the Sentinels. Default: none. */
  @Secret()
  @IsOptional()
  @IsString()
  readonly sentinelPassword?: string;

  /** Whether the primary and the Sentinels, or all nodes, are reached with TLS. With `url` its scheme says so. */
  @IsBoolean()
  readonly tls: boolean = false;
}

/** Settings of the connection to PostgreSQL, which is a preview, under `cluster.postgres`. */
export class ClusterPostgresSettings {
  /** The server, as `postgres://user:password@host:5432/database`; a direct connection, no pooler. Default: none. */
  @Secret()
  @IsOptional()
  @IsStoreUrl(['postgres:', 'postgresql:'])
  readonly url?: string;
}

/** Settings of the cluster engine, under `cluster`. One store is needed. */
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
  @IsSchemaWithPostgres()
  readonly prefix: string = 'daemonry';

  /** The time after which another process takes over from one that has died or is out of reach. */
  @IsDuration({ min: '2s', max: '10m' })
  readonly lease: Duration = '15s';
}
