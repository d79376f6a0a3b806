import type { Command } from 'commander';

import { operatorVariables } from '../../configuration';
import type { Terminal } from '../../contracts/CommandModule';
import type { ApplicationStatus } from '../../contracts/status';
import { codeOf, messageOf } from '../../errors/serializeError';
import { sleep } from '../../time/sleep';
import { SystemClock } from '../../time/SystemClock';
import { EXIT, type Finish } from '../exitCodes';
import { LiveScreen } from '../remote/LiveScreen';
import type { RemoteApplication } from '../remote/RemoteApplication';
import { remoteCommand, type RemoteOptions, withApplication } from '../remote/remoteCommand';
import { isStatus } from '../remote/shapes';
import { nowOf, statusText } from '../remote/statusRows';
import { topFrame } from '../remote/topFrame';

const TIMEOUT_MS = 10_000;
const REFRESH_MS = 1_000;

/** The command `top`: a live table of a running application. */
export function topCommand(terminal: Terminal, finish: Finish): Command {
  const { out } = terminal;
  return remoteCommand('top', '10s')
    .summary('watch the listeners of a running application in the terminal')
    .description(
      'Shows what status shows, those that fail first, anew every second, until q or Ctrl-C. In a pipe it prints once.',
    )
    .action((options: RemoteOptions) =>
      withApplication(options, TIMEOUT_MS, terminal, finish, async (application) => {
        const status = await application.read('status', {}, isStatus);
        if (options.json === true) out(JSON.stringify(status, undefined, 2));
        else if (isInteractive()) await watch(application, status);
        else for (const line of statusText(status, nowOf(status))) out(line);
        return EXIT.ok;
      }),
    );
}

const isInteractive = (): boolean => process.stdin.isTTY && process.stdout.isTTY && operatorVariables().TERM !== 'dumb';

async function watch(application: RemoteApplication, first: ApplicationStatus): Promise<void> {
  const clock = new SystemClock();
  const stdout = process.stdout;
  const hasColours = (operatorVariables().NO_COLOR ?? '') === '' && stdout.hasColors();
  let status = first;
  // Its clock may be another one than that of this machine.
  let ahead = nowOf(status) - clock.now();
  let problem: string | undefined;
  const draw = (): void => {
    const { columns, rows } = stdout;
    screen.draw(topFrame({ status, now: clock.now() + ahead, columns, rows, hasColours, problem }));
  };
  const screen = new LiveScreen(process.stdin, stdout, draw);
  const { left } = screen;
  const leaving = new Promise<void>((resolve) => left.addEventListener('abort', () => resolve(), { once: true }));
  const refresh = async (): Promise<void> => {
    try {
      status = await application.read('status', {}, isStatus);
      ahead = nowOf(status) - clock.now();
      problem = undefined;
    } catch (error) {
      if (codeOf(error)?.startsWith('APPLICATION_') !== true) throw error;
      problem = `${messageOf(error).split('\n', 1).join()} Shown is what it said last.`;
    }
  };
  try {
    while (!left.aborted) {
      draw();
      await Promise.race([leaving, sleep(REFRESH_MS)]);
      if (!left.aborted) await Promise.race([leaving, refresh()]);
    }
  } finally {
    screen.close();
  }
}
