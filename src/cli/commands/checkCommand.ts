import { Command } from 'commander';

import type { Decided } from '../../contracts/CommandLine';
import type { Terminal } from '../../contracts/CommandModule';
import { PlanError, type Problem } from '../../errors/Problem';
import { type EntryOptions, entryRequest, withEntry } from '../entry/entryRequest';
import { inspectEntry } from '../entry/inspectEntry';
import { errorText, problemsOf } from '../errorText';
import { EXIT, type Finish } from '../exitCodes';
import { pathWarnings } from '../pathWarnings';

interface CheckOptions extends EntryOptions {
  readonly json?: boolean;
}

/** The command `check`: reports every problem that keeps an application from starting. */
export function checkCommand({ cwd, out, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('check'))
    .summary('check that an application can start; exit code 2 with a list of all problems if not')
    .description(
      'Loads the entry file, the configuration and the packages that modules need, makes the plan, and reports all problems at once. Nothing is constructed and nothing is started. Run it in CI, and in the image before it is rolled out.',
    )
    .option('--json', 'print JSON: { "ok", "problems", "warnings" }')
    .action(async (entry: string | undefined, options: CheckOptions) => {
      const { app, error: failure, decided } = await inspectEntry(entryRequest(entry, options, cwd));
      const error = app === undefined ? failure : packagesMissing(app.plan.name, decided);
      const warnings = app === undefined ? [] : [...app.plan.warnings, ...pathWarnings(app.plan)];
      if (options.json === true) {
        const problems = error === undefined ? [] : problemsOf(error);
        out(JSON.stringify({ ok: error === undefined, problems, warnings }, undefined, 2));
      } else if (error !== undefined) {
        for (const { code, message } of warnings) err(`warning ${code}: ${message}`);
        err(errorText(error));
      } else if (app !== undefined) {
        const { name, listeners } = app.plan;
        const off = listeners.filter(({ disabledReason }) => disabledReason !== undefined).length;
        for (const { code, message } of warnings) out(`warning ${code}: ${message}`);
        const count = listeners.length - off;
        out(
          `ok: "${name}" can start: ${count} listener${count === 1 ? '' : 's'}${off === 0 ? '' : `, ${off} switched off`}`,
        );
      }
      finish(error === undefined ? EXIT.ok : EXIT.invalid);
    });
}

/** The packages that modules need and that are not installed, as problems of the application. */
function packagesMissing(application: string, decided: Decided | undefined): PlanError | undefined {
  const problems = (decided?.missingPackages() ?? []).flatMap(problemsOf);
  // Their codes are those of the modules.
  return problems.length === 0 ? undefined : new PlanError(application, problems as readonly Problem[]);
}
