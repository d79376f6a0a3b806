import { parseArgs } from 'node:util';

import { type CommandModule, describeError, messageOf } from 'daemonry';

import { readSmallFile } from '../shared/files';
import { SCHEMA } from './names';
import { migrate } from './postgres/migrate';

const USAGE = `Usage: daemonry cluster migrate --url-file <file> [--schema <name>]

Makes the tables of the cluster engine in PostgreSQL, or brings them up to date: once, and after an update of BullMQ, before
the processes of the application start. Redis needs nothing.

  --url-file  a file that holds the URL, that of cluster.postgres.url
  --schema    the schema, that of cluster.prefix: daemonry by default

Exit codes: 0 the tables are there; 2 they could not be made; 64 wrong use`;

const [OK, FAILED, WRONG_USE] = [0, 2, 64];
const LONGEST_URL = 4_096;

const OPTIONS = {
  'url-file': { type: 'string' },
  schema: { type: 'string', default: 'daemonry' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The command `cluster` of the `daemonry` program: `cluster migrate` prepares a PostgreSQL for the cluster engine. */
export const run: CommandModule['run'] = async (args, { out, err }) => {
  const call = read(args);
  if (typeof call === 'string') {
    err(`${call}\n\n${USAGE}`);
    return WRONG_USE;
  }
  if (call === undefined) {
    out(USAGE);
    return OK;
  }
  try {
    const url = (await readSmallFile(call.file, LONGEST_URL)).trim();
    if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
      throw new Error(`${call.file} holds no URL that begins with postgres://`);
    const version = await migrate(url, call.schema);
    out(
      `The schema "${call.schema}" is ready: version ${version} of BullMQ's tables, and those of the cluster engine.`,
    );
    return OK;
  } catch (error) {
    err(`The tables could not be made: ${describeError(error)}`);
    return FAILED;
  }
};

/** Returns the call, its fault as a text, or undefined when help is wanted. */
function read(args: readonly string[]): { readonly file: string; readonly schema: string } | string | undefined {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (values.help) return undefined;
    if (positionals.length !== 1 || positionals[0] !== 'migrate') return 'The one thing to do here is "migrate".';
    const file = values['url-file'];
    if (file === undefined) return '--url-file is missing: a URL on the command line would be read by everybody.';
    return SCHEMA.test(values.schema)
      ? { file, schema: values.schema }
      : '--schema wants letters, digits and underscores.';
  } catch (error) {
    return messageOf(error);
  }
}
