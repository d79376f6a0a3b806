import { type Command, InvalidArgumentError, Option } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import type { HistoryPage } from '../../contracts/RunHistory';
import type { RunRecord } from '../../contracts/RunRecord';
import type { ApplicationStatus } from '../../contracts/status';
import { OUTCOMES } from '../../history/historyTables';
import { table } from '../../planning/planText';
import { isDuration } from '../../time/duration';
import { isoText, LAST_OF_FOUR_DIGITS, readInstant } from '../../time/instant';
import { EXIT, type Finish } from '../exitCodes';
import { remoteCommand, type RemoteOptions, withApplication } from '../remote/remoteCommand';
import { areExplanations, areRecords, isHistoryPage, isStatus } from '../remote/shapes';
import { nowOf, oneLine, statusText, tookText } from '../remote/statusRows';

const TIMEOUT_MS = 10_000;

interface RunsOptions extends RemoteOptions {
  readonly limit: string;
  readonly task?: string;
}

interface HistoryOptions extends RunsOptions {
  readonly outcome?: string;
  readonly from?: string;
  readonly to?: string;
  readonly before?: string;
}

/** The commands `status`, `runs`, `history` and `explain`: they ask a running application, and change nothing. */
export function readingCommands(terminal: Terminal, finish: Finish): readonly Command[] {
  const { out } = terminal;

  /** Asks, and prints the answer as JSON or as lines. */
  const answering =
    <T>(lines: (answer: T) => readonly string[]) =>
    (options: RemoteOptions, ask: (application: Parameters<Parameters<typeof withApplication>[4]>[0]) => Promise<T>) =>
      withApplication(options, TIMEOUT_MS, terminal, finish, async (application) => {
        const answer = await ask(application);
        if (options.json === true) out(JSON.stringify(answer, undefined, 2));
        else for (const line of lines(answer)) out(line);
        return EXIT.ok;
      });

  const showStatus = answering((status: ApplicationStatus) => statusText(status, nowOf(status)));
  const showRuns = answering((runs: readonly RunRecord[]) =>
    runs.length === 0 ? ['It has not run since the start.'] : table(runs.map((run) => runCells(run))),
  );
  const showHistory = answering(({ runs, next }: HistoryPage) => [
    ...(runs.length === 0
      ? ['The history has no such runs.']
      : table([...runs].reverse().map((run) => runCells(run, `${run.listener} ${run.task}`)))),
    ...(next === undefined ? [] : [`There are older ones: add --before ${oneLine(next)}`]),
  ]);
  const showExplanations = answering((explained: readonly { task: string; verdict: string; text: string }[]) =>
    explained.length === 0
      ? ['It has no tasks of that name.']
      : table(explained.map(({ task, verdict, text }) => [oneLine(task), oneLine(verdict), oneLine(text)])),
  );

  return [
    remoteCommand('status', '10s')
      .summary('show the listeners of a running application, those that fail first')
      .description(
        'Shows the state of a running application and of each listener: last run, next due moment and failures since the start.',
      )
      .action((options: RemoteOptions) => showStatus(options, (app) => app.read('status', {}, isStatus))),
    remoteCommand('runs', '10s')
      .argument('<listener>', 'the name of the listener')
      .summary('show the newest runs of a listener of a running application')
      .description('Shows the runs of a listener since the start, the newest last.')
      .option('--task <name>', 'only those of this task')
      .option('--limit <count>', 'the number of runs, 1 to 1000', readLimit, '20')
      .action((listener: string, options: RunsOptions) =>
        showRuns(options, (app) =>
          app.read('runs', { listener, task: options.task, limit: options.limit }, areRecords),
        ),
      ),
    remoteCommand('history', '10s')
      .argument('[listener]', 'the name of a listener, of this application or of an earlier version of it')
      .summary('show the runs of a running application that its history keeps')
      .description(
        'Shows runs of this and of earlier processes of the application, the newest last. The application keeps them if its section history is configured.',
      )
      .option('--task <name>', 'only those of this task')
      .addOption(new Option('--outcome <outcome>', 'only those with this outcome').choices(OUTCOMES))
      .option('--from <instant>', `the earliest that began at that time: ${WHEN}`, readWhen)
      .option('--to <instant>', `the newest that began before that time: ${WHEN}`, readWhen)
      .option('--before <cursor>', 'older ones than those of the page that ends with it')
      .option('--limit <count>', 'the number of runs, 1 to 1000', readLimit, '20')
      .action((listener: string | undefined, { task, outcome, from, to, before, limit, ...options }: HistoryOptions) =>
        showHistory(options, (app) =>
          app.read('history', { listener, task, outcome, from, to, before, limit }, isHistoryPage),
        ),
      ),
    remoteCommand('explain', '10s')
      .argument('<listener>', 'the name of the listener')
      .argument('<at>', 'an instant, such as 2030-01-31T03:00:00Z', readInstantText)
      .summary('say what a listener of a running application did, or will do, at an instant')
      .description('Says for each task of a listener what happened, or will happen, at an instant, and why.')
      .option('--task <name>', 'only of this task')
      .action((listener: string, at: string, options: RunsOptions) =>
        showExplanations(options, (app) => app.read('explain', { listener, at, task: options.task }, areExplanations)),
      ),
  ];
}

/** @throws InvalidArgumentError */
function readInstantText(text: string): string {
  if (readInstant(text) !== undefined) return text;
  throw new InvalidArgumentError('Give an instant such as 2030-01-31T03:00:00Z.');
}

const WHEN = 'an instant, or a duration before now such as 12h, by the clock of the application';

const runCells = (run: RunRecord, task = run.task): readonly string[] => [
  oneLine(run.startedAt ?? run.scheduledAt),
  oneLine(task),
  oneLine(run.outcome ?? 'running'),
  tookText(run),
  oneLine(run.error?.message ?? run.detail ?? run.reason ?? ''),
];

function readLimit(text: string): string {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1_000) return text;
  throw new InvalidArgumentError('Give a whole number from 1 to 1000.');
}

/** An instant as ISO text, or a duration as it is written. */
function readWhen(text: string): string {
  // It counts on the clock of the application, which may be another one.
  if (isDuration(text)) return text;
  const ms = readInstant(text);
  if (ms !== undefined && ms >= 0 && ms <= LAST_OF_FOUR_DIGITS) return isoText(ms);
  throw new InvalidArgumentError('Give an instant such as 2030-01-31T22:00:00Z, or a duration before now such as 12h.');
}
