import { relative, resolve } from 'node:path';

import { Command, Option } from 'commander';

import { parseTimeline } from '../../application/parseTimeline';
import { stateDirectory } from '../../configuration';
import type { Terminal } from '../../contracts/CommandModule';
import { type SavedTimeline, TIMELINE_TABLE } from '../../contracts/SavedTimeline';
import { readState } from '../../state/readState';
import { stateDatabases } from '../../state/stateOwners';
import { CommandError, stateFailed, UsageError } from '../cliErrors';
import { EXIT, type Finish } from '../exitCodes';
import { packageOf } from '../packages';
import { timelineSvg } from '../pictures/timelineSvg';
import { timelineText } from '../pictures/timelineText';

interface TimelineOptions {
  readonly state?: string;
  readonly json?: boolean;
  readonly svg?: boolean;
}

/** The width where the output is no terminal. */
const COLUMNS = 100;

/** The command `timeline`: shows how the last run of an application started and stopped. */
export function timelineCommand({ cwd, out }: Terminal, finish: Finish): Command {
  return new Command('timeline')
    .summary('show how long each listener took to start and to stop, in the last run')
    .description(
      'Reads the state database of the application: the boot and the stop of its newest run, which may still be running. An application that keeps no state has none.',
    )
    .option('--state <file>', 'the state database (default: the one in state.directory of the nearest package.json)')
    .option('--json', 'print it as data; instants are epoch milliseconds')
    .addOption(new Option('--svg', 'print a picture: daemonry timeline --svg > timeline.svg').conflicts('json'))
    .action(async ({ state, json, svg }: TimelineOptions) => {
      const timeline = await onlyTimeline(cwd, state).catch((error: unknown) => {
        throw stateFailed(error);
      });
      if (json === true) out(JSON.stringify(timeline, undefined, 2));
      else if (svg === true) out(timelineSvg(timeline));
      else out(timelineText(timeline, process.stdout.isTTY ? process.stdout.columns : COLUMNS));
      finish(EXIT.ok);
    });
}

const onlyTimeline = async (cwd: string, state: string | undefined): Promise<SavedTimeline> =>
  readTimeline(state === undefined ? await onlyDatabase(cwd) : resolve(cwd, state));

async function onlyDatabase(cwd: string): Promise<string> {
  const directory = await stateDirectory(packageOf(cwd)?.folder ?? cwd);
  const [file, ...others] = stateDatabases(directory);
  if (file === undefined) throw without({ 'looked in': directory });
  if (others.length === 0) return file;
  throw new UsageError('APPLICATION_AMBIGUOUS', {
    what: `${others.length + 1} applications keep their state here.`,
    facts: { databases: [file, ...others].map((each) => relative(cwd, each)) },
    fix: 'say which one: --state <file>.',
  });
}

async function readTimeline(file: string): Promise<SavedTimeline> {
  const row = await readState(file, async (state) => {
    const isKept = await state.get('SELECT 1 FROM sqlite_schema WHERE name = ?', [TIMELINE_TABLE]);
    return isKept === undefined ? undefined : state.get(`SELECT content FROM ${TIMELINE_TABLE}`);
  });
  if (row === undefined) throw without({ database: file });
  const timeline = parseTimeline(row['content']);
  if (timeline === undefined)
    throw without({ database: file, content: 'none that this version of daemonry has written' });
  return timeline;
}

const without = (facts: Readonly<Record<string, unknown>>): CommandError =>
  new CommandError('TIMELINE_NOT_FOUND', {
    what: 'There is no timeline of a run.',
    facts,
    fix: 'run the application once: it keeps one where it keeps state, such as with the section "history" in its configuration.',
  });
