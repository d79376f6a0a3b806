import './fakeTimers';

import type * as Domain from 'node:domain';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

import { BackgroundDaemon, createApplication, runMain, type StartupContext } from 'daemonry';

/** Ends, or does not end, as `BEHAVIOUR` says; the tests start it as a real process. */
const behaviour = process.env['BEHAVIOUR'] ?? '';

/** The handlers of the process, of which the types of Node name some only. */
const handlers: EventEmitter = process;

/** The module itself, whose properties a library can replace. */
const timers = createRequire(__filename)('node:timers') as object;
const FAKES = ['fakes-time', 'has-no-date', 'throws-dates'];

const flush = (): Promise<void> => {
  process.stderr.write('stopped, and writing\n');
  return NEVER;
};

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

let isDone = false;

const later = (act: () => void): void => void setTimeout(act, 50);

/** Never ends, without a loop. */
const overflow = (depth = 0): number => overflow(depth + 1) + 1;

/** What the first tick does. */
const DEEDS: Readonly<Record<string, () => void>> = {
  unheard: () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.removeAllListeners(signal);
  },
  'all-unheard': () => process.removeAllListeners(),
  'all-unheard-by-the-emitter': () => EventEmitter.prototype.removeAllListeners.call(process),
  'removals-unheard': () => {
    process.removeAllListeners('removeListener').removeAllListeners('newListener').removeAllListeners('SIGTERM');
  },
  'removals-unheard-one-by-one': () => {
    for (const each of handlers.listeners('removeListener')) handlers.off('removeListener', each as () => void);
    process.removeAllListeners('SIGTERM');
  },
  'removals-unheard-by-the-first': () => {
    handlers.off('removeListener', handlers.listeners('removeListener')[0] as () => void).removeAllListeners('SIGTERM');
  },
  'removals-unheard-by-the-last': () => {
    process
      .off('removeListener', handlers.listeners('removeListener').at(-1) as () => void)
      .removeAllListeners('SIGTERM');
  },
  'removals-unheard-backwards': () => {
    for (const each of handlers.listeners('removeListener').reverse())
      handlers.off('removeListener', each as () => void);
    for (const each of process.listeners('SIGTERM')) process.off('SIGTERM', each);
  },
  'each-unheard': () => {
    for (const event of process.eventNames()) {
      for (const each of process.rawListeners(event)) process.removeListener(event, each as () => void);
    }
  },
  'each-unheard-twice': () => {
    const all = (): void => {
      for (const event of process.eventNames().reverse()) {
        for (const each of process.rawListeners(event)) process.removeListener(event, each as () => void);
      }
    };
    all();
    all();
    later(all);
  },
  'handler-throws': () => {
    process.on('uncaughtException', () => {
      throw new Error('the handler of a library');
    });
    later(() => {
      throw new Error('the first error');
    });
  },
  'monitor-throws': () => {
    process.on('uncaughtExceptionMonitor', () => {
      throw new Error('the monitor of a library');
    });
    later(() => {
      throw new Error('the first error');
    });
  },
  captured: () => {
    process.setUncaughtExceptionCaptureCallback(() => process.stdout.write('captured\n'));
    later(() => {
      throw new Error('nobody hears of it');
    });
  },
  'in-a-domain': () => {
    // To load it forbids the callback of the one before.
    const domain = (createRequire(__filename)('node:domain') as typeof Domain).create();
    domain.on('error', () => process.stdout.write('captured\n'));
    domain.run(() =>
      later(() => {
        throw new Error('nobody hears of it');
      }),
    );
  },
  'errors-unheard': () => {
    process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection');
    later(() => {
      throw new Error('nobody hears of it');
    });
  },
  'rejections-unheard': () => {
    process.removeAllListeners();
    later(() => void Promise.reject(new Error('nobody hears of it')));
  },
  'streams-unheard': () => {
    process.stdout.removeAllListeners('error');
    process.stderr.removeAllListeners();
  },
  aborts: () => process.abort(),
  crashes: () => void process.kill(process.pid, 'SIGSEGV'),
  'exit-replaced': () => {
    process.exit = () => {
      throw new Error('no end today');
    };
  },
  quits: () => void process.kill(process.pid, 'SIGQUIT'),
  alarms: () => void process.kill(process.pid, 'SIGUSR2'),
  kills: () => void process.kill(process.pid, 'SIGKILL'),
  'fills-the-heap': () => {
    for (const held: unknown[] = []; ;) held.push(new Array(100_000).fill(held.length));
  },
  overflows: () => void overflow(),
  'overflows-later': () => later(() => void overflow()),
  'fakes-time': () => {
    const fake = (): object => ({ unref: fake, ref: fake, hasRef: () => false });
    Object.assign(globalThis, { setTimeout: fake, setInterval: fake, setImmediate: fake, queueMicrotask: fake });
    Object.assign(globalThis, { clearTimeout: fake, performance: undefined });
    Object.assign(timers, { setTimeout: fake, setInterval: fake, setImmediate: fake });
    Object.assign(process, { nextTick: fake, hrtime: fake });
  },
  'fakes-ticks': () => {
    process.nextTick = () => undefined;
  },
  'has-no-date': () => {
    Date.now = () => NaN;
  },
  'throws-dates': () => {
    Date.now = () => {
      throw new Error('no date today');
    };
  },
};

@BackgroundDaemon({ interval: '20ms', fatalOnStartupFailure: true, shutdownTimeout: '1s' })
class Subject {
  startup({ log }: StartupContext): void {
    if (behaviour === 'throws-last') {
      process.on('exit', () => {
        throw new Error('the last error');
      });
    }
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
    if (!isDone) {
      isDone = true;
      DEEDS[behaviour]?.();
      if (behaviour in DEEDS) process.stdout.write('done\n');
    }
    if (behaviour === 'forgotten') process.removeAllListeners().exit(0);
    if (behaviour === 'really-exits') reallyExit(0);
    if (behaviour === 'writes' || behaviour === 'talkative') process.stderr.write('a line\n');
  }

  async shutdown(): Promise<void> {
    if (FAKES.includes(behaviour)) await NEVER;
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
    ...(isHanging ? { logger: { log: () => undefined, flush } } : {}),
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
