import { Command } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
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
      'Loads the entry file and the configuration, makes the plan, and reports all problems at once. Nothing is constructed and nothing is started. Run it in CI, and in the image before it is rolled out.',
    )
    .option('--json', 'print JSON: { "ok", "problems", "warnings" }')
    .action(async (entry: string | undefined, options: CheckOptions) => {
      const { app, error } = await inspectEntry(entryRequest(entry, options, cwd));
      const warnings = app === undefined ? [] : [...app.plan.warnings, ...pathWarnings(app.plan)];
      if (options.json === true) {
        const problems = app === undefined ? problemsOf(error) : [];
        out(JSON.stringify({ ok: app !== undefined, problems, warnings }, undefined, 2));
      } else if (app === undefined) {
        err(errorText(error));
      } else {
        const { name, listeners } = app.plan;
        const off = listeners.filter(({ disabledReason }) => disabledReason !== undefined).length;
        for (const { code, message } of warnings) out(`warning ${code}: ${message}`);
        const count = listeners.length - off;
        out(
          `ok: "${name}" can start: ${count} listener${count === 1 ? '' : 's'}${off === 0 ? '' : `, ${off} switched off`}`,
        );
      }
      finish(app === undefined ? EXIT.invalid : EXIT.ok);
    });
}
