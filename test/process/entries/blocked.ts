import { execSync, spawn } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open as openInspector } from 'node:inspector';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { ContainerModule } from 'inversify';

import { ApplicationEvents, BackgroundDaemon, createApplication, runMain, type RunContext } from 'daemonry';

/** Blocks its event loop in the ways that `KINDS` lists, one after the other; the tests start it as a real process. */
const SECRET = 'swordfish-0123456789';
const hasSecret = process.env['SECRET'] === 'true';
const { KINDS = '', WATCHDOG = '{"after":200}', MS = '700', FIFO = '', FORMAT = 'json' } = process.env;
const kinds = KINDS.split(',').filter((kind) => kind !== '');
const ms = Number(MS);

function spin(): void {
  for (const end = Date.now() + ms; Date.now() < end;);
}

const mark = new Int32Array(new SharedArrayBuffer(4));

/** Starts a thread that stops the process's own at the mark, as a debugger does at a breakpoint, and lets it go on. */
function startDebugger(): void {
  openInspector(0, '127.0.0.1');
  const debug = `
    const { workerData } = require('node:worker_threads');
    const { Session } = require('node:inspector');
    const session = new Session();
    session.connectToMainThread();
    session.on('Debugger.paused', () => setTimeout(() => session.post('Debugger.resume', () => session.disconnect()), ${ms}));
    session.post('Debugger.enable', () => {
      const looking = setInterval(() => {
        if (Atomics.load(workerData, 0) === 0) return;
        clearInterval(looking);
        session.post('Debugger.pause');
      }, 5);
    });
    setInterval(() => undefined, 1_000);`;
  new Worker(debug, { eval: true, workerData: mark }).unref();
}

/** Returns when it has been stopped for some time. */
function breakpoint(): void {
  Atomics.store(mark, 0, 1);
  for (const end = Date.now() + ms; Date.now() < end;);
}

if (kinds.includes('breakpoint')) startDebugger();

/** Returns the size with which `call` takes about as long as asked, on this machine and by this Node. */
function sizeFor(call: (size: number) => unknown, first: number): number {
  for (let size = first; ; size *= 2) {
    const from = performance.now();
    call(size);
    const took = performance.now() - from;
    if (took > 20) return Math.ceil((size * ms) / took);
  }
}

const derive = (rounds: number): unknown => pbkdf2Sync('a', 'b', rounds, 64, 'sha512');
const parse = (length: number): unknown => JSON.parse(`[${'1,'.repeat(length)}1]`);
const parseText = (size: number): unknown => JSON.parse(`"${'\\u0041'.repeat(size)}"`);
// V8 has no text of more than 512 MiB, which a fast machine parses in less than the time that is asked for.
const LONGEST_TEXT = 80_000_000;
const textLength = kinds.includes('text') ? Math.min(sizeFor(parseText, 1_000_000), LONGEST_TEXT) : 0;
const rounds = kinds.includes('pbkdf2') ? sizeFor(derive, 10_000) : 0;
const length = kinds.includes('parse') ? sizeFor(parse, 100_000) : 0;

const BLOCKS: Readonly<Record<string, () => unknown>> = {
  loop: () => {
    spin();
  },
  regexp: () => /^(a+)+$/.test(`${'a'.repeat(27)}b`),
  sort: () => {
    const until = Date.now() + ms;
    Array.from({ length: 2_000_000 }, (_, index) => (index * 7_919) % 1_000_003).sort((a, b) => {
      if (Date.now() > until) throw new Error('enough is sorted');
      return a - b;
    });
  },
  wait: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  promises: async () => {
    for (const end = Date.now() + ms; Date.now() < end;) await Promise.resolve();
  },
  parse: () => parse(length),
  // Nothing of the tick comes after the call, and none of its steps asks whether somebody waits for an answer.
  text: () => parseText(textLength),
  exec: () => execSync(`sleep ${ms / 1_000}`),
  pbkdf2: () => derive(rounds),
  fifo: () => {
    spawn('sh', ['-c', `sleep ${ms / 1_000}; echo done > "${FIFO}"`], { stdio: 'ignore' });
    readFileSync(FIFO);
  },
  gc: () => {
    const held: object[] = [];
    for (let collected = 0; collected < ms;) {
      for (let count = 0; count < 300_000; count++) held.push({ next: held.at(-1) });
      const from = performance.now();
      (globalThis as { gc?: () => void }).gc?.();
      collected += performance.now() - from;
    }
  },
  secret: () => {
    const named = { [SECRET]: () => spin() };
    named[SECRET]?.();
  },
  forever: () => {
    for (;;) Date.now();
  },
  breakpoint,
  row: () => {
    spin();
  },
  nothing: () => undefined,
};

@BackgroundDaemon({ name: 'helper' })
class Helper {
  help(): void {
    spin();
  }
}

// From the end of a block to the next there is time for a beat, however long the block took.
@BackgroundDaemon({ name: 'subject', interval: '500ms', mode: 'fixed-delay', dependsOn: [Helper] })
class Subject {
  async startup(): Promise<void> {
    // By then the thread is there.
    if (kinds.includes('hooks')) await setTimeout(300);
    if (kinds.includes('startup') || kinds.includes('startups')) spin();
    if (kinds.includes('endless startup')) BLOCKS['forever']?.();
  }

  async run({ sleep }: RunContext): Promise<void> {
    if (kinds.includes('run')) {
      await sleep('100ms');
      spin();
    }
    await sleep('1d');
  }

  async tick({ requestShutdown }: { requestShutdown: (reason: string) => void }): Promise<void> {
    const kind = ticks.shift();
    if (kind === undefined) requestShutdown('everything was tried');
    else if (kind === 'nested') (await helper()).help();
    else await (BLOCKS[kind]?.() as Promise<void> | undefined);
  }

  shutdown(): void {
    if (kinds.includes('shutdown') || kinds.includes('hooks')) spin();
  }

  ready(): void {
    if (kinds.includes('hooks')) spin();
  }
}

let isNeighbourDue = kinds.includes('row');
const hasNeighbour = ['row', 'hooks', 'startups'].some((kind) => kinds.includes(kind));

/** Holds the loop in the turn in which the subject does. */
@BackgroundDaemon({
  name: 'neighbour',
  interval: '500ms',
  mode: 'fixed-delay',
  wants: kinds.includes('row') ? [] : [Subject],
})
class Neighbour {
  tick(): void {
    if (isNeighbourDue) spin();
    isNeighbourDue = false;
  }

  startup(): void {
    if (kinds.includes('startups')) spin();
  }

  ready(): void {
    if (kinds.includes('hooks')) spin();
  }

  shutdown(): void {
    if (kinds.includes('hooks')) spin();
  }
}

/** Settings with a secret, for which a library is loaded. */
function secretModule(): ContainerModule {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most processes start without it
  const { Token } = require('./secretToken') as typeof import('./secretToken');
  return new ContainerModule(({ bind }) => void bind(Token).toSelf());
}

const ticks = kinds.filter((kind) => kind in BLOCKS || kind === 'nested');
const creating = createApplication({
  name: 'blocked',
  listeners: [Helper, Subject, ...(hasNeighbour ? [Neighbour] : [])],
  modules: hasSecret ? [secretModule()] : [],
  config: {
    directory: false,
    env: false,
    values: {
      ...(hasSecret ? { token: { value: SECRET } } : {}),
      logging: { format: FORMAT },
      watchdog: JSON.parse(WATCHDOG) as object,
    },
  },
});
if (process.env['UNPRIVILEGED'] === 'true') process.setuid?.(65_534);
const helper = async (): Promise<Helper> => (await creating).container.get(Helper);

void runMain(async () => {
  const app = await creating;
  const events = app.container.get(ApplicationEvents);
  let isSubscriberDue = kinds.includes('subscriber');
  events.on('run.finished', () => {
    if (!isSubscriberDue) return;
    isSubscriberDue = false;
    spin();
  });
  events.on('loop.blocked', (event) => process.stdout.write(`${JSON.stringify({ blocked: event })}\n`));
  // An operator has the lines of the blocked listener left out, and those of the thread with them.
  const { LEVEL } = process.env;
  if (LEVEL !== undefined)
    await app.operate({ action: 'log-level', level: LEVEL as 'error', by: 'kim', kind: 'human', reason: 'noise' });
  events.on('loop.recovered', (event) => process.stdout.write(`${JSON.stringify({ recovered: event })}\n`));
  return app;
});
