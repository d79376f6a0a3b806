import './fakeTimers';

import { BackgroundDaemon, createApplication, runMain, type StartupContext } from 'daemonry';

/** Ends, or does not end, as `BEHAVIOUR` says; the tests start it as a real process. */
const behaviour = process.env['BEHAVIOUR'] ?? '';

const NEVER = new Promise<never>(() => undefined);
const isHanging = ['hanging-flush', 'fatal-startup', 'rejection-in-flush'].includes(behaviour);

/** The last step of `process.exit`, which some libraries call alone. */
const reallyExit = (code: number): void => (process as unknown as { reallyExit(code: number): void }).reallyExit(code);

/** Waits for something that does not hold the process. */
@BackgroundDaemon()
class EventDriven {}

@BackgroundDaemon()
class WaitingBody {
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
  }
}

let isUnheard = false;

@BackgroundDaemon({ interval: '20ms', fatalOnStartupFailure: true })
class Subject {
  startup({ log }: StartupContext): void {
    if (behaviour === 'exits-last') process.on('exit', () => process.exit(0));
    if (behaviour === 'zero-last') process.on('exit', () => (process.exitCode = 0));
    if (behaviour === 'really-last') process.prependListener('exit', () => reallyExit(0));
    if (['fatal-startup', 'exits-after', 'exits-last', 'zero-last', 'really-last'].includes(behaviour))
      throw new Error('the port is taken');
    if (behaviour === 'talkative') for (let line = 0; line < 5_000; line++) log.info('x'.repeat(200));
  }

  tick(): void {
    if (isHanging) process.stdout.write('ticking\n');
    if (behaviour === 'exits') process.exit(0);
    if (behaviour === 'exits-beyond') process.exit(256);
    if (behaviour === 'unheard' && !isUnheard) {
      isUnheard = true;

      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.removeAllListeners(signal);
    }
    if (behaviour === 'forgotten') process.removeAllListeners('exit').exit(0);
    if (behaviour === 'really-exits') reallyExit(0);
    if (behaviour === 'writes' || behaviour === 'talkative') process.stderr.write('a line\n');
  }

  shutdown(): void {
    if (behaviour === 'open') setTimeout(() => undefined, 60_000);
    if (behaviour === 'late-rejection' || behaviour === 'rejection-in-flush')
      setTimeout(() => void Promise.reject(new Error('after everything')), 100);
  }
}

const main = runMain(async () => {
  process.stdout.write('creating\n');
  if (behaviour === 'fails-in-passing')
    setTimeout(() => {
      throw new Error('a client without a listener for errors');
    }, 50);
  if (behaviour === 'never-created' || behaviour === 'fails-in-passing') return NEVER;
  if (behaviour === 'help') process.exit(0);
  if (behaviour === 'fails-to-be-created') throw new Error('no application today');
  const listeners = behaviour === 'idle' ? [EventDriven] : behaviour === 'body' ? [WaitingBody] : [Subject];
  return createApplication({
    name: 'subject',
    listeners,
    ...(isHanging ? { logger: { log: () => undefined, flush: () => NEVER } } : {}),
    config: {
      directory: false,
      env: false,
      values: {
        startup: { rollbackGrace: '1s' },
        shutdown: { grace: '2s' },
        listeners: behaviour === 'disabled' ? { subject: { enabled: false } } : {},
      },
    },
  });
});
void main.then(() => {
  if (behaviour === 'exits-after') process.exit(0);
});
