import { IsString } from 'class-validator';
import { BackgroundDaemon, createApplication, runMain, Secret, Settings } from 'daemonry';

/** Behaves as `BEHAVIOUR` says; the tests start it as a real process. */
const behaviour = process.env['BEHAVIOUR'] ?? '';

@BackgroundDaemon({ interval: '20ms', fatalOnStartupFailure: true })
class Subject {
  startup(): void {
    if (behaviour === 'fatal-startup') throw new Error('the port is taken, says hunter2-and-more');
  }

  tick(): void {}

  shutdown(): void {
    if (behaviour === 'late-rejection') {
      setTimeout(() => void Promise.reject(afterEverything()), 100);
    }
  }
}

function afterEverything(): Error {
  return new Error('after everything', { cause: new Error('the pool is gone') });
}

@Settings('vault')
class VaultSettings {
  @Secret()
  @IsString()
  password = 'hunter2-and-more';
}

@BackgroundDaemon()
class Vault {
  constructor(readonly settings: VaultSettings) {}
}

/** Writes lines as they are by default; its flush lets a rejection escape. */
const flushing = {
  log: (entry: object) => process.stdout.write(`${JSON.stringify(entry)}\n`),
  flush: async () => {
    void Promise.reject(new Error('lost in the flush'));
    await new Promise((resolve) => setTimeout(resolve, 50));
  },
};

async function beforeCreating(): Promise<void> {
  if (behaviour === 'slow-creation') {
    process.stdout.write('creating\n');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  if (behaviour === 'creation-fails') {
    const lost = new AggregateError([new Error('replica 1 is down'), 'replica 2'], 'no replica answers');
    throw new Error('the schema cannot be read', { cause: new Error('no connection', { cause: lost }) });
  }
  if (behaviour === 'rejection-while-creating') {
    void Promise.reject(new Error('nobody awaits the import'));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

void runMain(async () => {
  await beforeCreating();
  if (behaviour === 'nothing') return undefined as never;
  const app = await createApplication({
    name: 'subject',
    ...(behaviour === 'rejection-in-flush' ? { logger: flushing } : {}),
    listeners: [Vault, Subject],
    config: {
      directory: false,
      env: false,
      values: {
        logging: { format: behaviour === 'text' ? 'text' : 'json' },
      },
    },
  });
  if (behaviour === 'exit-when-stopped') {
    app.events.on('application.stopped', () => {
      process.exit(0);
    });
  }
  return app;
});
if (behaviour === 'twice') void runMain(() => createApplication({ name: 'second' }));
