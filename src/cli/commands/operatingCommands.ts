import { randomUUID } from 'node:crypto';

import { Argument, type Command, InvalidArgumentError } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import { LOG_LEVELS } from '../../contracts/ListenerLogger';
import type { OperateResult } from '../../contracts/Operation';
import { isDuration } from '../../time/duration';
import { isoText, LAST_OF_FOUR_DIGITS, readInstant } from '../../time/instant';
import { UsageError } from '../cliErrors';
import { EXIT, type Finish } from '../exitCodes';
import { remoteCommand, type RemoteOptions, withApplication } from '../remote/remoteCommand';
import { isResult } from '../remote/shapes';
import { oneLine, tookText } from '../remote/statusRows';

/** A run that is triggered is waited for. */
const TIMEOUT_MS = 60_000;

interface ActOptions extends RemoteOptions {
  readonly reason: string;
  readonly key?: string;
  readonly until?: string;
  readonly all?: true;
  readonly interval?: string;
  readonly cron?: string;
  readonly timeZone?: string;
  readonly tickId?: string;
}

/**
 * The commands `trigger`, `pause`, `resume`, `restart`, `reschedule`, `skip-next`, `dismiss`, `log-level` and `reset`: they change what a
 * running application does.
 */
export function operatingCommands(terminal: Terminal, finish: Finish): readonly Command[] {
  const { out } = terminal;

  const act = (
    { reason, key = randomUUID(), until, interval, cron, timeZone, tickId, ...options }: ActOptions,
    request: Readonly<Record<string, unknown>>,
  ) =>
    withApplication(options, TIMEOUT_MS, terminal, finish, async (application) => {
      const schedule = { interval, cron, timeZone, tickId };
      const result = await application.operate({ ...request, ...schedule, reason, until, key }, isResult);
      if (options.json === true) out(JSON.stringify(result, undefined, 2));
      else for (const line of linesOf(result)) out(line);
      const { action, record } = result;
      // A run without a record was begun before, and its process has died: nobody knows that it has succeeded.
      const isDone = record === undefined ? action !== 'trigger' : record.outcome === 'succeeded';
      return isDone ? EXIT.ok : EXIT.failed;
    });

  const command = (name: string): Command =>
    remoteCommand(name, '1m')
      .requiredOption('--reason <text>', 'why: shown to everybody, and kept in the audit log')
      .option('--key <text>', 'does it once, however often the command is called with this key');
  const withUntil = (given: Command): Command =>
    given.option(
      '--until <instant>',
      'when it ends by itself: an instant, or a duration such as 2h, by the clock of the application',
      readUntil,
    );

  const wide = (name: 'pause' | 'resume' | 'reset', all: string): Command =>
    command(name)
      .argument('[listener]', 'the name of the listener')
      .argument('[task]', 'one of its tasks (default: all)')
      .option('--all', all)
      .action((listener: string | undefined, task: string | undefined, options: ActOptions) => {
        if ((listener === undefined) !== (options.all === true)) throw notOneTarget(name, listener);
        const { all: _all, ...rest } = options;
        return act(rest, { action: name, listener, task });
      });

  const ofOneTask = (name: 'reschedule' | 'skip-next' | 'dismiss'): Command =>
    command(name)
      .argument('<listener>', 'the name of the listener')
      .argument('[task]', 'one of its tasks (default: its tick, else its only one)')
      .action((listener: string, task: string | undefined, options: ActOptions) =>
        act(options, { action: name, listener, task }),
      );

  return [
    command('trigger')
      .argument('<listener>', 'the name of the listener')
      .argument('[task]', 'one of its tasks (default: its tick, else its only one)')
      .option('--tick-id <id>', 'a dead letter of the task, which is dismissed if the run succeeds')
      .summary('run a task of a running application once now')
      .description(
        'Runs a task once now, waits for it, and shows its record. Exit code 1 when the run does not succeed.',
      )
      .action((listener: string, task: string | undefined, options: ActOptions) =>
        act(options, { action: 'trigger', listener, task }),
      ),
    withUntil(wide('pause', WHOLE))
      .summary('pause a task or a listener of a running application, or all of it')
      .description('Skips due moments until --until, or until resume. What runs at the moment goes on.'),
    wide('resume', WHOLE)
      .summary('end pauses of a running application')
      .description('Ends the pauses of a task, of a listener, or of the whole application.'),
    command('restart')
      .argument('<listener>', 'the name of the listener')
      .summary('stop a listener of a running application, and start it again')
      .description('Shuts a listener down, and starts it again: also one that has failed for good.')
      .action((listener: string, options: ActOptions) => act(options, { action: 'restart', listener })),
    withUntil(ofOneTask('reschedule'))
      .option('--interval <duration>', 'runs it as often as that: 30s, 5m, 1h; off: never by itself')
      .option('--cron <pattern>', 'runs it when the pattern says; off: never by itself')
      .option('--time-zone <zone>', 'the time zone of --cron (default: UTC)')
      .summary('give a task of a running application another schedule')
      .description('Gives a task another schedule, until --until or until reset, and shows when it is due next.'),
    ofOneTask('skip-next')
      .summary('skip the next due moment of a task of a running application')
      .description('Skips the next due moment of a task, and no other.'),
    ofOneTask('dismiss')
      .option('--tick-id <id>', 'one dead letter (default: all of the task)')
      .summary('dismiss dead letters of a task of a running application')
      .description('Forgets dead letters of a task of cluster scope: due moments that have used up their starts.'),
    withUntil(command('log-level'))
      .addArgument(new Argument('<level>', 'the new level').choices(LOG_LEVELS))
      .argument('[listener]', 'the name of the listener (default: the whole application)')
      .summary('set what a running application logs')
      .description('Sets the level of the log, of one listener or of the whole application.')
      .action((level: string, listener: string | undefined, options: ActOptions) =>
        act(options, { action: 'log-level', listener, level }),
      ),
    wide('reset', 'everything that operators have set')
      .summary('lift what operators have set in a running application')
      .description('Lifts pauses, schedules, skipped moments and log levels: the configuration holds again.'),
  ];
}

const WHOLE = 'the whole application, but what is essential in it';

const notOneTarget = (name: string, listener: string | undefined): UsageError =>
  new UsageError('WRONG_USAGE', {
    what:
      listener === undefined ? 'No listener is given.' : 'A listener and --all are given, and only one can be meant.',
    fix: `name a listener: daemonry ${name} order_sync --reason '…'; or give --all for the whole application.`,
  });

function linesOf(result: OperateResult): string[] {
  const { action, listener, task, by, intent, lifted, nextDue, record, notes, repeated } = result;
  const target = [listener ?? 'the whole application', ...(task === undefined ? [] : [task])].join(' ');
  const until = intent?.until === undefined ? '' : `, until ${intent.until}`;
  const count = Array.isArray(lifted) && lifted.length > 0 ? `, ${lifted.length} lifted` : '';
  const again = repeated === true ? ' (done before, under the same key)' : '';
  return [
    `${action} of ${target}: done by ${by}${until}${count}${again}`,
    ...(nextDue === undefined || nextDue.length === 0 ? [] : [`next due at ${nextDue.join(', ')}`]),
    ...(record === undefined ? [] : [recordText(record)]),
    ...notes,
  ].map((line) => oneLine(line));
}

function recordText(record: NonNullable<OperateResult['record']>): string {
  const took = tookText(record);
  const why = record.error?.message ?? record.reason;
  return [
    `the run ${record.runId} ${record.outcome ?? 'goes on'}`,
    ...(took === '' ? [] : [`took ${took}`]),
    ...(why === undefined ? [] : [why]),
  ].join(', ');
}

/** An instant as ISO text, or a duration as it is written. */
function readUntil(text: string): string {
  // It counts on the clock of the application, which may be another one.
  if (isDuration(text)) return text;
  const ms = readInstant(text);
  if (ms !== undefined && ms <= LAST_OF_FOUR_DIGITS) return isoText(ms);
  throw new InvalidArgumentError('Give an instant such as 2030-01-31T08:00:00Z, or a duration from now such as 2h.');
}
