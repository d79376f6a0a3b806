import { relative, resolve } from 'node:path';

import { operatorVariables, stateDirectory } from '../../configuration';
import { runningOwner, stateDatabases, type StateOwner, unseenOwner } from '../../state/stateOwners';
import { CommandError, stateFailed, UsageError } from '../cliErrors';
import { packageOf } from '../packages';
import type { RemoteAddress } from './RemoteApplication';

/** The options that say which application is meant. */
export interface WhichApplication {
  readonly url?: string;
  readonly state?: string;
}

/**
 * The address of the running application that is meant: the one that is given, else that of the process which works with the
 * state database, else that of the only process that works with one in `state.directory` of the nearest package.json.
 *
 * @throws CommandError when none is found; UsageError when several are, or the token is none.
 */
export async function findApplication({ url, state }: WhichApplication, cwd: string): Promise<RemoteAddress> {
  const { DAEMONRY_TOKEN: token = '' } = operatorVariables();
  if (!/^[\x21-\x7e]{0,500}$/.test(token)) {
    throw new UsageError('WRONG_USAGE', {
      what: 'DAEMONRY_TOKEN is not a token: it must be one word of up to 500 printable ASCII characters.',
      fix: 'set it to the token alone, without "Bearer" and without a line break.',
    });
  }
  return { url: url ?? (await publishedUrl(state, cwd)), token: token === '' ? undefined : token };
}

async function publishedUrl(state: string | undefined, cwd: string): Promise<string> {
  const directory = await stateDirectory(packageOf(cwd)?.folder ?? cwd);
  const { files, owners } = lookedUp(() => {
    const found = state === undefined ? stateDatabases(directory) : [resolve(cwd, state)];
    return { files: found, owners: found.flatMap((file) => runningOwner(file) ?? []) };
  });
  const [owner, ...others] = owners;
  if (others.length > 0) throw ambiguous(owners, cwd);
  const where = state === undefined ? { 'looked in': directory } : {};
  if (owner === undefined) {
    const unseen = files.flatMap((file) => unseenOwner(file) ?? []);
    throw notFound({
      ...where,
      databases: files.length > 0 ? files : 'none',
      'not seen from here': unseen.length > 0 ? unseen : undefined,
    });
  }
  if (owner.url === undefined || !isHttp(owner.url)) throw withoutAddress(owner);
  return owner.url;
}

function lookedUp<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw stateFailed(error);
  }
}

const isHttp = (url: string): boolean => /^https?:\/\/[^\s@]+$/.test(url) && URL.canParse(url);

const ambiguous = (owners: readonly StateOwner[], cwd: string): UsageError =>
  new UsageError('APPLICATION_AMBIGUOUS', {
    what: `${owners.length} applications run here.`,
    facts: Object.fromEntries(
      owners.map(({ file, pid, url }) => [relative(cwd, file), `${url ?? 'without web'}, pid ${pid}`]),
    ),
    fix: 'say which one: --state <file>, or --url <address>.',
  });

const notFound = (facts: Readonly<Record<string, unknown>>): CommandError =>
  new CommandError('APPLICATION_NOT_FOUND', {
    what: 'No running application was found on this machine.',
    facts,
    fix: 'start it; where it runs in another container or on another machine, keeps no state database, or keeps it elsewhere, give the address of its module web: --url http://127.0.0.1:9119.',
  });

const withoutAddress = ({ file, pid, since }: StateOwner): CommandError =>
  new CommandError('APPLICATION_NOT_FOUND', {
    what: 'The application that runs here has no HTTP server: it does not load the module web, or that does not listen now.',
    facts: { state: file, pid, since },
    fix: 'add webModule() of the package @daemonry/modules to its modules.',
  });
