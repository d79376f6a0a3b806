import { BackgroundDaemon, createApplication, runMain, type RunContext, type TickContext } from 'daemonry';

/** Behaves as `BEHAVIOUR` says; the tests start it as a real process. */
const behaviour = process.env['BEHAVIOUR'] ?? '';
const forever = (): Promise<never> => new Promise<never>(() => undefined);

@BackgroundDaemon({ interval: '20ms', fatalOnStartupFailure: true, shutdownTimeout: '500ms' })
class Subject {
  startup(): void {
    if (behaviour === 'fatal-startup') throw new Error('the port is taken');
  }

  tick({ requestShutdown }: TickContext): void {
    if (behaviour === 'rejection') void Promise.reject(new Error('nobody awaits me'));
    if (behaviour === 'exception') {
      setImmediate(() => {
        throw new Error('thrown from nowhere');
      });
    }
    if (behaviour === 'done') requestShutdown('nothing left to do');
  }

  async run({ signal, sleep }: RunContext): Promise<void> {
    if (behaviour === 'death') {
      await sleep('50ms');
      throw new Error('the socket closed');
    }
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
  }

  shutdown(): void | Promise<void> {
    if (behaviour === 'hang') return forever();
    if (behaviour === 'leak') setInterval(() => undefined, 1_000);
    return undefined;
  }
}

void runMain(() =>
  createApplication({
    name: 'subject',
    listeners: [Subject],
    config: {
      directory: false,
      env: false,
      values: {
        logging: { format: 'json' },
        ...(behaviour === 'bad-config' ? { loging: {}, listeners: { subjec: {} } } : {}),
      },
    },
  }),
);
