import { Command, Option } from 'commander';

import { type EntryOptions, entryRequest, withEntry } from '../entry/entryOptions';
import { inspectEntry } from '../entry/inspectEntry';
import { EXIT } from '../exitCodes';
import { planDot } from '../format/planDot';
import { errorText, problemsOf } from '../format/problemsOf';
import type { Finish } from '../Finish';
import type { Terminal } from '../Terminal';

interface PlanOptions extends EntryOptions {
  readonly json?: boolean;
  readonly dot?: boolean;
}

/** `plan`: what the application will do, without constructing anything. */
export function planCommand({ cwd, out, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('plan'))
    .summary('show what will start, in which order and why')
    .description(
      'Shows the start order with the reason of every edge, schedules with their next due moments, the values that count, and warnings. Nothing is constructed, nothing is started.',
    )
    .option('--json', 'as JSON; of a broken application { "problems": [...] }')
    .addOption(
      new Option('--dot', 'as a graph for Graphviz: daemonry plan src/main.ts --dot | dot -Tsvg').conflicts('json'),
    )
    .action(async (entry: string, options: PlanOptions) => {
      const { app, error } = await inspectEntry(entryRequest(entry, options, cwd));
      if (app === undefined) {
        if (options.json === true) out(JSON.stringify({ problems: problemsOf(error) }, undefined, 2));
        else err(errorText(error));
        return finish(EXIT.invalid);
      }
      if (options.json === true) out(JSON.stringify(app.plan, undefined, 2));
      else if (options.dot === true) out(planDot(app.plan));
      else out(app.plan.toText());
      finish(EXIT.ok);
    });
}
