import { Command, InvalidArgumentError } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import { toError } from '../../errors/serializeError';
import { durationMs, isDuration } from '../../time/duration';
import { problemsOf } from '../errorText';
import { exitCodeOf, type Finish } from '../exitCodes';
import { findApplication, type WhichApplication } from './findApplication';
import { RemoteApplication } from './RemoteApplication';

/** The parsed options that every command against a running application has. */
export interface RemoteOptions extends WhichApplication {
  readonly timeout?: number;
  readonly json?: boolean;
}

/** Adds `--url`, `--state`, `--timeout` and `--json` to a command. */
export function remoteCommand(name: string, timeout: string): Command {
  return new Command(name)
    .option(
      '--url <address>',
      'the address where its module web listens (default: found by its state database)',
      readUrl,
    )
    .option('--state <file>', 'the state database of the application, where several run here')
    .option('--timeout <duration>', `the time that its answer may take (default: ${timeout})`, readTimeout)
    .option('--json', 'print the answer as JSON; { "problems": [...] } when there is none');
}

/**
 * Does the work of a command with the application that its options mean, and finishes with the exit code that the work
 * resolves with. With `--json`, an error is printed as JSON.
 */
export async function withApplication(
  { timeout, ...options }: RemoteOptions,
  defaultTimeoutMs: number,
  { cwd, out }: Terminal,
  finish: Finish,
  work: (application: RemoteApplication) => Promise<number>,
): Promise<void> {
  try {
    const address = await findApplication(options, cwd);
    finish(await work(new RemoteApplication(address, timeout ?? defaultTimeoutMs)));
  } catch (thrown) {
    if (options.json !== true) throw thrown;
    const error = toError(thrown);
    out(JSON.stringify({ problems: problemsOf(error) }, undefined, 2));
    finish(exitCodeOf(error));
  }
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (url === undefined || !isPlain || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('Give the address of its module web, such as http://127.0.0.1:9119.');
  }
  return url.href.replace(/\/+$/, '');
}

const LONGEST_TIMEOUT_MS = 86_400_000;

function readTimeout(text: string): number {
  const ms = isDuration(text) ? durationMs(text) : 0;
  if (ms > 0 && ms <= LONGEST_TIMEOUT_MS) return ms;
  throw new InvalidArgumentError('Give a duration of up to a day, such as 500ms, 30s or 5m.');
}
