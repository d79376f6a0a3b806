import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';

import { supervisorVariables } from '../configuration';
import type { CallInFlight, EventSender, LoopBlockedEvent } from '../contracts/ApplicationEvents';
import { bundleFile, WATCHDOG_THREAD } from '../contracts/bundleFile';
import type { FrameworkConfig, WatchdogConfig } from '../contracts/configuration';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import { toError } from '../errors/serializeError';
import {
  systemdNotTold,
  threadNotFound,
  watchdogBlind,
  watchdogFailed,
  type WatchdogError,
  watchdogPort,
} from '../errors/watchdogErrors';
import { native } from '../time/native';
import { divide, type EndedStartup, startupsThatHeld } from './holders';
import { type FromThread, MOST_CALLS, Pulse, type ThreadData, type ToThread } from './messages';
import type * as Sightings from './sightings';
import { beatOf, stepOf } from './Standstill';

/** The number of looks of the thread by which the beginning and the end of a standstill may be off, and the least of it. */
const LOOKS_OFF = 3;
const LEAST_SLACK_MS = 200;
/** Milliseconds that the thread gets to tell the last of it, when the application ends. */
const LAST_WORDS_MS = 1_000;
/** It needs little: its memory is bounded, so that it never is what a process runs out of memory by. */
const RESOURCES = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };
const START = `
  globalThis[Symbol.for('${WATCHDOG_THREAD}')] = true;
  const { workerData } = require('node:worker_threads');
  require(workerData.file).runWatchdog(workerData);
`;

/** The parts of an application that its watchdog uses. */
export interface WatchdogParts extends Pick<EventSender, 'emit'> {
  readonly sessionId: string;
  readonly config: WatchdogConfig;
  readonly logging: FrameworkConfig['logging'];
  /** True if lines do not go to stdout, so that those of the thread go to stderr. */
  readonly hasOwnSink: boolean;
  readonly secrets: readonly string[];
  readonly log: ListenerLogger;
  /** The hooks and runs in flight, {@link MOST_CALLS} at most. */
  readonly callsInFlight: () => readonly CallInFlight[];
  /** The runs that have lasted for as long as a standstill, and ended with it; `slack`: by how much its ends may be off. */
  readonly callsDuring: (standstill: {
    readonly from: number;
    readonly to: number;
    readonly slack: number;
  }) => readonly CallInFlight[];
  /** When a run or hook began, in epoch milliseconds; undefined if that is not known. */
  readonly beganAt: (call: Partial<CallInFlight>) => number | undefined;
  /** The startups that are over. */
  readonly startups: () => readonly EndedStartup[];
  /** Called when {@link Watchdog.complaint} has changed. */
  readonly complained: () => void;
}

/**
 * Watches the event loop from a thread of its own. It costs the loop a timer that writes a number into shared memory, and
 * nothing of it holds the process open.
 */
export class Watchdog {
  readonly #parts: WatchdogParts;
  readonly #pulse = new Pulse();
  #worker: Worker | undefined;
  #heart: NodeJS.Timeout | undefined;
  #withdraw: () => void = () => undefined;
  #ended: () => void = () => undefined;
  #complaints: readonly WatchdogError[] = [];

  constructor(parts: WatchdogParts) {
    this.#parts = parts;
  }

  /** Why the watch is not what was asked for, one sentence each. */
  get complaints(): readonly string[] {
    return this.#complaints.map(({ what }) => what);
  }

  /**
   * Starts the thread. A failure is logged.
   *
   * @param bootHeldMs - for how long the boot has held the loop before.
   */
  start(bootHeldMs: number): void {
    const { sessionId, config, callsInFlight } = this.#parts;
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a boot need not wait for the inspector to be loaded
      const { offerSightings } = require('./sightings') as typeof Sightings;
      this.#withdraw = offerSightings(sessionId, callsInFlight);
      this.#pulse.beat(callsInFlight());
      this.#heart = native
        .setInterval(() => {
          this.#pulse.beat(callsInFlight());
        }, beatOf(config.after))
        .unref();
      this.#startThread();
    } catch (error) {
      this.#failed(watchdogFailed(toError(error)));
    }
    this.#tellBoot(bootHeldMs);
  }

  /** Tells the thread, for the supervisor, that the application has started or is stopping; or the levels of its lines. */
  tell(message: ToThread): void {
    this.#worker?.postMessage(message);
  }

  /** Ends the thread; resolves when it has told what it knew. */
  async end(): Promise<void> {
    const worker = this.#worker;
    if (worker !== undefined) {
      await new Promise<void>((resolve) => {
        const late = native.setTimeout(resolve, LAST_WORDS_MS);
        this.#ended = () => {
          native.clearTimeout(late);
          resolve();
        };
        worker.ref();
        worker.postMessage('end' satisfies ToThread);
      });
      this.#worker = undefined;
      void worker.terminate();
    }
    this.#stop();
  }

  /** Reports the startups that have held the loop for `after`, each. */
  #tellBoot(heldMs: number): void {
    const { after } = this.#parts.config;
    if (heldMs < after) return;
    const parts = startupsThatHeld(this.#parts.startups(), after);
    if (parts.length > 0) this.#report(parts, Math.round(heldMs));
  }

  #report(parts: readonly LoopBlockedEvent[], blockedMs: number): void {
    const { emit } = this.#parts;
    for (const part of parts) emit('loop.blocked', part);
    emit('loop.recovered', { blockedMs });
  }

  /**
   * Adds the owner of a standstill of which nobody was seen: a native call at the end of a tick is answered for by nothing
   * after it. That tick has lasted as long as the standstill, and ended with it.
   */
  #withOwner({ event, from, isLate }: Extract<FromThread, { kind: 'blocked' }>): LoopBlockedEvent {
    if (event.listener !== undefined || (event.stack !== undefined && !isLate)) return event;
    const slack = Math.max(LOOKS_OFF * stepOf(this.#parts.config.after), LEAST_SLACK_MS);
    const calls = this.#parts.callsDuring({ from, to: from + event.blockedMs, slack });
    const inFlight = [...event.inFlight, ...calls].filter(
      ({ runId }, place, all) => runId === undefined || all.findIndex((other) => other.runId === runId) === place,
    );
    const { stack, ...rest } = event;
    const told = { ...rest, inFlight: inFlight.slice(0, MOST_CALLS) };
    // The stack is that of the code after it.
    return calls.length === 1 ? { ...told, ...calls[0] } : { ...told, ...(stack === undefined ? {} : { stack }) };
  }

  #startThread(): void {
    const { config } = this.#parts;
    const file = threadFile();
    // A session that is not allowed ends the process.
    const isBlind = config.stack && 'permission' in process && process.permission !== undefined;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- nor for the threads
    const threads = require('node:worker_threads') as typeof import('node:worker_threads');
    const worker = new threads.Worker(START, {
      eval: true,
      name: 'daemonry-watchdog',
      workerData: this.#threadData(file, config.stack && !isBlind),
      resourceLimits: RESOURCES,
      // Nothing that the process preloads is loaded again. Sources, though, are run as the process runs them.
      ...(file.endsWith('.ts') ? {} : { execArgv: [], env: {} }),
    });
    worker.unref();
    worker.on('message', (message: FromThread) => {
      this.#take(message);
    });
    worker.on('error', (error) => {
      this.#worker = undefined;
      this.#failed(watchdogFailed(toError(error)));
      this.#stop();
    });
    this.#worker = worker;
    if (isBlind) this.#failed(watchdogBlind('the permission model of Node keeps debugging sessions out'));
  }

  #threadData(file: string, stack: boolean): ThreadData {
    const { config, hasOwnSink, logging, secrets, sessionId } = this.#parts;
    return {
      file,
      sessionId,
      config: { ...config, stack },
      logging: { ...logging },
      output: hasOwnSink ? 2 : 1,
      secrets,
      supervisor: supervisorVariables(),
      pulse: this.#pulse.memory,
    };
  }

  #take(message: FromThread): void {
    const { config, beganAt } = this.#parts;
    switch (message.kind) {
      case 'blocked': {
        const standstill = { ...message, event: this.#withOwner(message) };
        this.#report(divide(standstill, config.after, beganAt), message.event.blockedMs);
        return;
      }
      case 'failed': {
        const { code, what, why } = message;
        const cause = new Error(why);
        if (code === 'WATCHDOG_BLIND') this.#failed(watchdogBlind(`${what}: ${why}`));
        else if (code === 'WATCHDOG_PORT') this.#failed(watchdogPort(config.host, config.port ?? 0, cause));
        else this.#failed(systemdNotTold(what, cause));
        return;
      }
      case 'ended':
        this.#ended();
    }
  }

  #failed(error: WatchdogError): void {
    // To see less than was asked for is no loss of work.
    if (error.code !== 'WATCHDOG_BLIND') this.#complaints = [...this.#complaints, error];
    this.#parts.log.warn(error.what, { error });
    this.#parts.complained();
  }

  #stop(): void {
    native.clearInterval(this.#heart);
    this.#withdraw();
    this.#ended();
  }
}

/**
 * The file that exports `runWatchdog`: this package's, or the bundle that the application is part of, whose start knows the
 * thread.
 */
function threadFile(): string {
  const names = ['watchdogThread.js', 'watchdogThread.ts', join('watchdog', 'watchdogThread.js')];
  const file = bundleFile() ?? names.map((name) => join(__dirname, name)).find((name) => existsSync(name));
  if (file === undefined) throw threadNotFound();
  return file;
}
