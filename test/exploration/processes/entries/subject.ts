import { openSync, readFileSync, writeSync } from 'node:fs';

import type { ApplicationEventMap, ApplicationOptions, LogSink } from 'daemonry';

import type { Note } from '../Fact';
import { DEFAULT_GRACE_MS, type TrialScript } from '../ProcessScript';
import { listenerClass } from '../subjectListeners';

// Runs the application that a script describes, as a process of its own. `SCRIPT` names the file of the script, `PACKAGE` the
// folder of the package under test, or its file.
const script = JSON.parse(readFileSync(process.env['SCRIPT'] ?? '', 'utf8')) as TrialScript;
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the package under test is known when it runs
const daemonry = require(process.env['PACKAGE'] ?? '') as typeof import('daemonry');

const journal = openSync(script.journal, 'a');
const note = (fact: Note): void => {
  writeSync(journal, `${JSON.stringify({ at: Date.now(), ...fact })}\n`);
};

const NEVER = new Promise<never>(() => undefined);
const after = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

function sink(): { readonly logger?: LogSink } {
  const drop = (): void => undefined;
  switch (script.sink) {
    case 'throws':
      return { logger: { log: () => fails('the sink is broken') } };
    case 'rejects':
      return { logger: { log: () => Promise.reject(new Error('the sink is broken')) } };
    case 'pends':
      return { logger: { log: () => NEVER } };
    case 'flush-hangs':
      return { logger: { log: drop, flush: () => NEVER } };
    case 'flush-throws':
      return { logger: { log: drop, flush: () => fails('the sink cannot be flushed') } };
    case 'flush-rejects':
      return { logger: { log: drop, flush: () => Promise.reject(new Error('the sink cannot be flushed')) } };
    case undefined:
      return {};
  }
}

const rejection = (): unknown => Promise.reject(new Error('a subscriber is broken'));

function fails(message: string): never {
  throw new Error(message);
}

function options(began: number): ApplicationOptions {
  const disabled = script.listeners.filter((listener) => listener.disabled === true);
  const off = script.listeners.filter(({ schedule }) => schedule?.kind === 'off');
  return {
    name: 'subject',
    listeners: script.listeners.map((listener) => listenerClass(daemonry, listener, began, note)),
    ...sink(),
    config: {
      directory: false,
      env: false,
      values: {
        logging: { format: 'json' },
        startup: { concurrency: script.concurrency ?? 1, rollbackGrace: '2s' },
        shutdown: { grace: `${script.grace ?? DEFAULT_GRACE_MS}ms`, delay: `${script.delay ?? 0}ms` },
        state: { directory: script.stateDirectory },
        listeners: Object.fromEntries([
          ...off.map(({ name }) => [name, { interval: 'off' }]),
          ...disabled.map(({ name }) => [name, { enabled: false }]),
        ]) as Record<string, unknown>,
        ...(script.creation === 'invalid' ? { loging: {} } : {}),
      },
    },
  };
}

async function create(): ReturnType<typeof daemonry.createApplication> {
  const began = Date.now();
  note({ fact: 'creating', at: began });
  if (script.creation === 'slow') await after(300);
  if (script.creation === 'throws') fails('no application today');
  if (script.creation === 'lost') {
    note({ fact: 'crashes' });
    void Promise.reject(new Error('nobody awaits the import'));
    await after(50);
  }
  if (script.creation === 'never') await NEVER;
  const app = await daemonry.createApplication(options(script.began ?? began));
  app.events.onAny((name, event) => {
    const { listener, fatal, report, reason, record } = event as Partial<
      ApplicationEventMap['listener.died'] &
        ApplicationEventMap['application.stopped'] &
        ApplicationEventMap['application.stopping'] &
        ApplicationEventMap['run.finished']
    >;
    note({ fact: 'event', name, listener, fatal, reason, report, run: record });
    if (script.subscriber === 'throws') fails('a subscriber is broken');
    // A subscriber may be an async function, whose promise comes back all the same.
    return script.subscriber === 'rejects' ? (rejection() as never) : undefined;
  });
  note({ fact: 'created' });
  return app;
}

const ended = daemonry.runMain(create, { printPlan: script.stdout === undefined });
note({ fact: 'installed' });
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  // Noted before the package reacts.
  process.prependListener(signal, () => {
    note({ fact: 'signal', signal });
  });
}
void ended;
