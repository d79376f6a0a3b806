import { codeOf, DaemonryError, messageOf } from 'daemonry';

/** Where a store is, without user, password and query. */
export interface StoreAddress {
  /** Such as `127.0.0.1:6379`. */
  readonly server: string;
  /** The user that logs in; absent for none, or the default one. */
  readonly user?: string | undefined;
  /** True if the connection is encrypted. */
  readonly usesTls: boolean;
  /** The setting that holds the address. */
  readonly setting: string;
}

/** The store of the cluster engine cannot be reached, or refuses the connection. The address is told without credentials. */
export class ClusterConnectionError extends DaemonryError<'CLUSTER_CONNECTION_FAILED'> {
  constructor(
    /** The kind of the store. */
    readonly store: 'Redis' | 'PostgreSQL',
    { server, user, usesTls, setting }: StoreAddress,
    cause: unknown,
  ) {
    super('CLUSTER_CONNECTION_FAILED', {
      what: `The cluster engine cannot connect to ${store}.`,
      facts: { server, user, TLS: usesTls ? 'yes' : 'no', setting, cause: messageOf(cause) },
      fix: fixFor(store, cause, usesTls, setting),
      cause: withoutCommand(cause),
    });
  }
}

/** The error of a client library without what it holds besides: that of Redis has the command, and in it the password. */
function withoutCommand(cause: unknown): Error {
  const code = codeOf(cause);
  return Object.assign(new Error(messageOf(cause)), code === undefined ? {} : { code });
}

const REFUSALS: readonly (readonly [RegExp, (setting: string) => string])[] = [
  [
    /WRONGPASS|NOAUTH|invalid password|password authentication failed|without any password configured|no password was provided/i,
    (setting) => `correct user and password in ${setting}.`,
  ],
  [/role .* does not exist/, (setting) => `correct the user in ${setting}.`],
  [
    /database .* does not exist|DB index is out of range/,
    (setting) => `make that database, or correct its name or number in ${setting}.`,
  ],
  [/ENOENT|EACCES/, (setting) => `correct the path of the file in ${setting}.`],
  [/NOPERM/, () => 'allow the user the commands and keys that the documentation of the module lists.'],
  [
    /self-signed|certificate|altnames/i,
    () => 'give Node the authority of the certificate (NODE_EXTRA_CA_CERTS), or correct the host name.',
  ],
];

function fixFor(store: string, cause: unknown, usesTls: boolean, setting: string): string {
  const said = `${codeOf(cause) ?? ''} ${messageOf(cause)}`;
  const known = REFUSALS.find(([pattern]) => pattern.test(said));
  if (known !== undefined) return known[1](setting);
  const other = otherTls(store, usesTls, setting);
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH/.test(said))
    return `start ${store} there, or correct host and port in ${setting}.`;
  const trusted = usesTls ? ' with a certificate that Node trusts (NODE_EXTRA_CA_CERTS)' : '';
  return `check that ${store} answers there${trusted}, and whether it wants ${usesTls ? 'no TLS' : 'TLS'} (${other}).`;
}

/** The setting that turns TLS on or off. */
function otherTls(store: string, usesTls: boolean, setting: string): string {
  if (store !== 'Redis') return `sslmode=${usesTls ? 'disable' : 'require'} in ${setting}`;
  return setting.endsWith('.url')
    ? `${usesTls ? 'redis' : 'rediss'}:// in ${setting}`
    : `cluster.redis.tls: ${!usesTls}`;
}

/** The store, or the library that talks to it, is not what the cluster engine needs. */
export class ClusterStoreError extends DaemonryError<'CLUSTER_STORE_UNSUITABLE'> {
  /**
   * @param what - one sentence.
   * @param fix - begins with a verb.
   */
  constructor(what: string, facts: Readonly<Record<string, unknown>>, fix: string) {
    super('CLUSTER_STORE_UNSUITABLE', { what, facts, fix });
  }
}

/** The error of a store that is connected, and does not answer. */
export const silentStoreError = (withinMs: number): ClusterStoreError =>
  new ClusterStoreError(
    'The store of the cluster is connected, and does not answer in time.',
    { withinMs },
    'look at its load, and at the network between: each answer is needed within that time.',
  );

/** The application has tasks of cluster scope, and no store is configured. */
export class ClusterNotConfiguredError extends DaemonryError<'CLUSTER_NOT_CONFIGURED'> {
  constructor() {
    super('CLUSTER_NOT_CONFIGURED', {
      what: 'Tasks of the application have cluster scope, and the cluster engine has no store.',
      facts: { settings: 'cluster.redis.url' },
      fix: "set cluster.redis.url (DAEMONRY__CLUSTER__REDIS__URL), or scope: 'process' on the tasks.",
    });
  }
}

/** The tables of the cluster engine are not in PostgreSQL yet. */
export class ClusterSchemaError extends DaemonryError<'CLUSTER_SCHEMA_MISSING'> {
  constructor(
    /** The schema, which is `cluster.prefix`. */
    readonly schema: string,
    cause: unknown,
  ) {
    super('CLUSTER_SCHEMA_MISSING', {
      what: `The schema "${schema}" of PostgreSQL lacks the tables of the cluster engine.`,
      facts: { cause: messageOf(cause) },
      fix: `run "daemonry cluster migrate --url-file <file> --schema ${schema}" before the application starts.`,
      cause,
    });
  }
}
