import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { type CommandModule, isErrorLike, messageOf, readState, StateError } from 'daemonry';

import { type ChainCondition, verifyChain } from './verifyChain';

const USAGE = `Usage: daemonry audit verify [file] [--json] [--expect <sequence>:<hash>]

Reads the audit log in the state database of an application, <application>.db in state.directory, and names the first event
that was changed, removed or inserted from outside. Can be used while the application runs.

  file      the database; by default the only one in the folder "state"
  --json    print JSON: { "file", "events", "removed", "head", "broken"? }
  --expect  an event with the hash that an earlier call has printed as the head: finds a log that was made anew

Exit codes: 0 the chain holds; 2 it is broken, or there is no audit log; 64 wrong use`;

const [OK, BROKEN, WRONG_USE] = [0, 2, 64];
const FOLDER = 'state';

/** The command `audit` of the `daemonry` program: `audit verify` checks the chain of the audit log. */
export const run: CommandModule['run'] = async (args, { cwd, out, err }) => {
  const call = read(args);
  if ('help' in call) {
    (call.help ? out : err)(call.help ? USAGE : `${call.why}\n\n${USAGE}`);
    return call.help ? OK : WRONG_USE;
  }
  const files = call.file === undefined ? await databasesIn(join(cwd, FOLDER)) : [call.file];
  const [file] = files;
  if (file === undefined || files.length > 1) {
    err(
      `Name the database: there ${files.length === 0 ? 'is none' : `are ${files.join(', ')}`} in the folder "${FOLDER}".`,
    );
    return WRONG_USE;
  }
  try {
    const condition = await readState(resolve(cwd, file), (statements) => verifyChain(statements, call.expected));
    if (condition === undefined) {
      err(`${file} holds no audit log: its tables or its anchor are not there.`);
      return BROKEN;
    }
    if (call.json) out(JSON.stringify({ file, ...condition }, undefined, 2));
    else for (const line of describe(file, condition)) out(line);
    return condition.broken === undefined ? OK : BROKEN;
  } catch (error) {
    if (!isErrorLike(error) || !(error instanceof StateError)) throw error;
    err(messageOf(error));
    return BROKEN;
  }
};

type Call =
  | { readonly help: boolean; readonly why?: string }
  | {
      readonly file: string | undefined;
      readonly json: boolean;
      readonly expected: { readonly sequence: number; readonly hash: string } | undefined;
    };

const OPTIONS = {
  json: { type: 'boolean', default: false },
  expect: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function read(args: readonly string[]): Call {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    if (values.help) return { help: true };
    const [verb, file, ...others] = positionals;
    if (verb !== 'verify')
      throw new Error(verb === undefined ? 'What is to be done is missing.' : `There is no "audit ${verb}".`);
    if (others.length > 0) throw new Error('One file at a time.');
    return { file, json: values.json, expected: values.expect === undefined ? undefined : expectedOf(values.expect) };
  } catch (error) {
    return { help: false, why: messageOf(error) };
  }
}

function expectedOf(text: string): { sequence: number; hash: string } {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined)
    throw new Error('--expect wants <sequence>:<hash>, as the head is printed.');
  return { sequence: Number(sequence), hash };
}

async function databasesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.db') && !name.endsWith('.lock.db')).map((name) => join(FOLDER, name));
}

function describe(file: string, { events, removed, head, broken }: ChainCondition): readonly string[] {
  const headLine = `  head: ${head.sequence}:${head.hash}`;
  if (broken === undefined) {
    return [`${file}: the audit log is whole: ${events} events, ${removed} older ones removed by retention.`, headLine];
  }
  const { sequence, was, at, type } = broken;
  const row = type === undefined ? '' : ` (${at ?? 'no instant'}, ${JSON.stringify(type)})`;
  return [`${file}: the audit log was altered: event ${sequence}${row} is the first that was ${was}.`, headLine];
}
