import { Command, Option } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import { type EntryOptions, entryRequest, withEntry } from '../entry/entryRequest';
import { inspectEntry } from '../entry/inspectEntry';
import { errorText, problemsOf } from '../errorText';
import { EXIT, type Finish } from '../exitCodes';
import { planDot } from '../pictures/planDot';
import { planMermaid } from '../pictures/planMermaid';
import { planSvg } from '../pictures/planSvg';

interface PlanOptions extends EntryOptions {
  readonly json?: boolean;
  readonly dot?: boolean;
  readonly mermaid?: boolean;
  readonly svg?: boolean;
}

/** The command `plan`: shows what an application will do, without constructing anything. */
export function planCommand({ cwd, out, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('plan'))
    .summary('show which listeners will start, in which order, and why')
    .description(
      'Shows the start order with the reason for each dependency, the schedules with their next three due moments, the configuration values, and warnings. Nothing is constructed and nothing is started.',
    )
    .option('--json', 'print the plan as JSON; { "problems": [...] } when the application is invalid')
    .addOption(
      new Option('--dot', 'print a graph for Graphviz: daemonry plan src/main.ts --dot | dot -Tsvg').conflicts([
        'json',
        'mermaid',
        'svg',
      ]),
    )
    .addOption(new Option('--mermaid', 'print a graph for Mermaid, which GitHub draws').conflicts(['json', 'svg']))
    .addOption(new Option('--svg', 'print a picture: daemonry plan --svg > plan.svg').conflicts('json'))
    .action(async (entry: string | undefined, options: PlanOptions) => {
      const { app, error } = await inspectEntry(entryRequest(entry, options, cwd));
      if (app === undefined) {
        if (options.json === true) out(JSON.stringify({ problems: problemsOf(error) }, undefined, 2));
        else err(errorText(error));
        return finish(EXIT.invalid);
      }
      if (options.json === true) out(JSON.stringify(app.plan, undefined, 2));
      else if (options.dot === true) out(planDot(app.plan));
      else if (options.mermaid === true) out(planMermaid(app.plan));
      else if (options.svg === true) out(planSvg(app.plan));
      else out(app.plan.toText());
      finish(EXIT.ok);
    });
}
