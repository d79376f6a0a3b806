import { Command } from 'commander';

import { type EntryOptions, entryRequest, withEntry } from '../entry/entryOptions';
import { inspectEntry } from '../entry/inspectEntry';
import { EXIT } from '../exitCodes';
import type { Finish } from '../Finish';
import { errorText, problemsOf } from '../format/problemsOf';
import type { Terminal } from '../Terminal';

interface CheckOptions extends EntryOptions {
  readonly json?: boolean;
}

/** `check`: whether the application can start, and everything that keeps it from it. */
export function checkCommand({ cwd, out, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('check'))
    .summary('say whether it can start: exit code 2 with every problem, and why')
    .description(
      'Loads the entry file, the configuration and the plan, and says everything that is wrong at once. Nothing is constructed, nothing is started. Run it in CI, and in the image before it is rolled out.',
    )
    .option('--json', '{ "ok", "problems", "warnings" }')
    .action(async (entry: string, options: CheckOptions) => {
      const { app, error } = await inspectEntry(entryRequest(entry, options, cwd));
      if (options.json === true) {
        const problems = app === undefined ? problemsOf(error) : [];
        out(JSON.stringify({ ok: app !== undefined, problems, warnings: app?.plan.warnings ?? [] }, undefined, 2));
      } else if (app === undefined) {
        err(errorText(error));
      } else {
        const { name, listeners, warnings } = app.plan;
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
