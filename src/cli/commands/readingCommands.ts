import { type Command, InvalidArgumentError } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import type { RunRecord } from '../../contracts/RunRecord';
import type { ApplicationStatus } from '../../contracts/status';
import { table } from '../../planning/planText';
import { SystemClock } from '../../time/SystemClock';
import { EXIT, type Finish } from '../exitCodes';
import { remoteCommand, type RemoteOptions, withApplication } from '../remote/remoteCommand';
import { areExplanations, areRecords, isStatus } from '../remote/shapes';
import { oneLine, statusText, tookText } from '../remote/statusRows';

const TIMEOUT_MS = 10_000;

interface RunsOptions extends RemoteOptions {
  readonly limit: string;
  readonly task?: string;
}

/** The commands `status`, `runs` and `explain`: they ask a running application, and change nothing. */
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

  const showStatus = answering((status: ApplicationStatus) => statusText(status, new SystemClock().now()));
  const showRuns = answering((runs: readonly RunRecord[]) =>
    runs.length === 0 ? ['It has not run since the start.'] : table(runs.map((run) => runCells(run))),
  );
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
    remoteCommand('explain', '10s')
      .argument('<listener>', 'the name of the listener')
      .argument('<at>', 'an instant, such as 2030-01-31T03:00:00Z')
      .summary('say what a listener of a running application did, or will do, at an instant')
      .description('Says for each task of a listener what happened, or will happen, at an instant, and why.')
      .option('--task <name>', 'only of this task')
      .action((listener: string, at: string, options: RunsOptions) =>
        showExplanations(options, (app) => app.read('explain', { listener, at, task: options.task }, areExplanations)),
      ),
  ];
}

const runCells = (run: RunRecord): readonly string[] => [
  oneLine(run.startedAt ?? run.scheduledAt),
  oneLine(run.task),
  oneLine(run.outcome ?? 'running'),
  tookText(run),
  oneLine(run.error?.message ?? run.reason ?? ''),
];

function readLimit(text: string): string {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1_000) return text;
  throw new InvalidArgumentError('Give a whole number from 1 to 1000.');
}
