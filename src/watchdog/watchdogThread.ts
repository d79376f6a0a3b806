import { setTimeout as pause } from 'node:timers/promises';
import { type MessagePort, parentPort } from 'node:worker_threads';

import { createRedactor } from '../configuration';
import { messageOf, toError } from '../errors/serializeError';
import { formatDuration } from '../time/duration';
import { native } from '../time/native';
import type { Blocked } from './Blocked';
import type { Holder } from './holders';
import { LivezServer } from './LivezServer';
import {
  type FromThread,
  isOther,
  MOST_CALLS,
  ownerOf,
  Pulse,
  type Sighting,
  type ThreadData,
  type ToThread,
} from './messages';
import { limitsOf, Standstill, stepOf } from './Standstill';

import { SystemdNotifier } from './SystemdNotifier';
import { ThreadLog } from './ThreadLog';
import { Witness } from './Witness';

/** Milliseconds for which the line about a standstill waits for the answer who holds the loop. It takes some. */
const ANSWER_MS = 250;
/** Milliseconds for which the report of a standstill that is over waits for that answer. */
const LATE_ANSWER_MS = 200;

/** The looks before the end of a standstill in which an answer counts as late. */
const LATE_STEPS = 3;

/** The question is put again, after a pause, while the answer names nobody. */
const MOST_TRIES = 5;
const BETWEEN_TRIES_MS = 10;

/** Runs in a thread of its own, and watches the application's thread. Called by the code that the thread is started with. */
export function runWatchdog(data: ThreadData): void {
  if (parentPort !== null) new WatchdogThread(data, parentPort).start();
}

class WatchdogThread {
  readonly #data: ThreadData;
  readonly #port: MessagePort;
  readonly #pulse: Pulse;
  readonly #standstill: Standstill;
  readonly #witness: Witness | undefined;
  readonly #log: ThreadLog;
  readonly #redact: (text: string) => string;
  readonly #systemd: SystemdNotifier | undefined;
  readonly #told = new Set<string>();
  #blocked: Blocked | undefined;
  /** Settles when all standstills that are over are told. */
  #reports: Promise<void> = Promise.resolve();

  constructor(data: ThreadData, port: MessagePort) {
    const { config, logging, output, secrets, sessionId, supervisor } = data;
    this.#data = data;
    this.#port = port;
    this.#pulse = new Pulse(data.pulse);
    this.#standstill = new Standstill(limitsOf(config.after));
    this.#redact = createRedactor(secrets).text;
    this.#log = new ThreadLog(output, logging, this.#redact);
    this.#witness = config.stack ? new Witness(sessionId) : undefined;
    if (config.systemd === 'auto' && supervisor.NOTIFY_SOCKET !== undefined) {
      this.#systemd = new SystemdNotifier(supervisor, (state, error) => this.#failed('WATCHDOG_SYSTEMD', state, error));
    }
  }

  start(): void {
    const { host, port } = this.#data.config;
    this.#port.on('message', (message: ToThread) => {
      if (message === 'started') this.#systemd?.tell('READY=1');
      else if (message === 'stopping') this.#systemd?.tell('STOPPING=1');
      else if (message === 'end') void this.#end();
      else this.#log.levels = message.levels;
    });
    if (port !== undefined) {
      const server = new LivezServer(() => this.#toldStandstill());
      server.listen(host, port, (error) => this.#failed('WATCHDOG_PORT', `${host}:${port}`, error));
    }
    const interval = this.#systemd?.intervalMs(process.pid);
    if (interval !== undefined) setInterval(() => this.#signOfLife(), interval);
    this.#watch();
  }

  /** Looks, and again whenever it is needed. */
  #watch(): void {
    this.#look();
    setTimeout(() => this.#watch(), this.#standstill.nextLookMs);
  }

  #look(): void {
    const ended = this.#standstill.look(native.monotonic(), this.#pulse.beatAt);
    const blocked = this.#blocked;
    if (blocked === undefined) {
      if (this.#standstill.isStanding) this.#begin();
    } else if (ended !== undefined || !this.#standstill.isStanding) {
      this.#over(blocked, ended);
    } else {
      this.#goOn(blocked);
    }
  }

  #begin(): void {
    const stood = this.#standstill.stoodMs;
    const blocked: Blocked = {
      since: new Date(Date.now() - stood).toISOString(),
      callsBefore: this.#pulse.calls,
      sighting: undefined,
      earlier: [],
      sightedAt: 0,
      asked: Promise.resolve(),
      nextLineMs: 2 * stood,
      isEnding: false,
    };
    this.#blocked = blocked;
    this.#pulse.isUntold = true;
    void this.#tell(blocked, 'The event loop stands still');
  }

  #goOn(blocked: Blocked): void {
    const { abortAfter } = this.#data.config;
    const stood = this.#standstill.stoodMs;
    if (abortAfter !== undefined && stood >= abortAfter && !blocked.isEnding) {
      blocked.isEnding = true;
      void this.#abort(blocked);
    }
    if (stood < blocked.nextLineMs || blocked.isEnding) return;
    blocked.nextLineMs *= 2;
    void this.#tell(blocked, 'The event loop still stands still');
  }

  /**
   * Asks who holds the loop, and writes a line with the answer; where that takes too long, one without, and one when it is
   * there.
   */
  async #tell(blocked: Blocked, what: string): Promise<void> {
    if (!(await this.#lasts(blocked))) return;
    const { asked, sighting } = blocked;
    this.#write('warn', blocked, what);
    if (sighting !== undefined) return;
    await asked;
    // A native call answers when it returns: that is told with its end.
    await pause(stepOf(this.#data.config.after));
    if (this.#blocked !== blocked || blocked.asked !== asked || blocked.sighting === undefined) return;
    this.#write('warn', blocked, 'The event loop still stands still');
  }

  /** Asks who holds the loop. Resolves with true if it is held still, and by no debugger. */
  async #lasts(blocked: Blocked): Promise<boolean> {
    blocked.asked = this.#ask(blocked);
    await Promise.race([blocked.asked, pause(ANSWER_MS)]);
    return this.#blocked === blocked;
  }

  async #ask(blocked: Blocked): Promise<void> {
    try {
      // Between two steps of a chain of promises the code of nobody runs.
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const answer = await this.#witness?.ask();
        if (answer === 'held') return this.#forgive(blocked);
        if (answer === undefined) return;
        const { sighting, earlier } = blocked;
        if (answer.listener !== undefined || sighting?.listener === undefined) {
          const isFirst = sighting?.listener === undefined || isOther(sighting, answer);
          if (isFirst && sighting?.listener !== undefined) earlier.push(sighting);
          blocked.sighting = { ...answer, seenAt: isFirst ? Date.now() : sighting.seenAt };
          blocked.sightedAt = performance.now();
        }
        if (answer.listener !== undefined || this.#blocked !== blocked) return;
        await pause(BETWEEN_TRIES_MS);
      }
    } catch (error) {
      this.#failed('WATCHDOG_BLIND', 'it cannot attach to it', toError(error));
    }
  }

  /** A debugger has stopped the application: that is meant, and no standstill. */
  #forgive(blocked: Blocked): void {
    if (this.#blocked !== blocked) return;
    this.#standstill.forgive();
    this.#blocked = undefined;
    this.#pulse.isUntold = false;
  }

  #write(level: 'warn' | 'error', blocked: Blocked, what: string): void {
    const { sighting, since } = blocked;
    const blockedMs = Math.round(this.#standstill.stoodMs);
    const holder = this.#holderOf(sighting);
    this.#log.write(level, {
      message: `${what}, for ${formatDuration(blockedMs)} now${holder === '' ? '' : `: ${holder}`}`,
      since,
      blockedMs,
      owner: ownerOf(sighting),
      inFlight: sighting?.inFlight ?? blocked.callsBefore,
      stack: sighting?.stack,
    });
  }

  #holderOf(sighting: Sighting | undefined): string {
    if (sighting?.listener !== undefined)
      return `${sighting.listener}.${sighting.task ?? sighting.hook ?? ''} holds it`;
    if (sighting !== undefined) return 'code that belongs to no listener holds it';
    return this.#witness === undefined ? '' : 'it is inside a native call, which nothing can look into';
  }

  #over(blocked: Blocked, endedMs: number | undefined): void {
    const endedAt = performance.now();
    this.#blocked = undefined;
    this.#reports = this.#reports.then(() => this.#report(blocked, endedMs, endedAt));
  }

  /** Tells the application of a standstill that is over. */
  async #report(blocked: Blocked, endedMs: number | undefined, endedAt: number): Promise<void> {
    // After a native call the answer comes as late as the next beat.
    await Promise.race([blocked.asked, pause(LATE_ANSWER_MS)]);
    const { sighting, earlier, callsBefore } = blocked;
    this.#send({
      kind: 'blocked',
      from: Date.parse(blocked.since),
      isLate: blocked.sightedAt > endedAt - LATE_STEPS * stepOf(this.#data.config.after),
      event: {
        ...this.#holderIn(sighting ?? { inFlight: callsBefore }),
        blockedMs: Math.round(endedMs ?? this.#data.config.after),
      },
      seenAt: sighting?.seenAt,
      earlier: earlier.map(({ seenAt, ...each }) => ({ ...this.#holderIn(each), seenAt })),
    });
    this.#pulse.isUntold = this.#blocked !== undefined;
  }

  #holderIn({ stack, inFlight, ...sighting }: Omit<Sighting, 'isInspected'>): Holder {
    const { listener, hook, task, runId } = ownerOf(sighting);
    return {
      ...(listener === undefined ? {} : { listener, hook }),
      ...(task === undefined ? {} : { task }),
      ...(runId === undefined ? {} : { runId }),
      inFlight: inFlight.slice(0, MOST_CALLS),
      ...(stack === undefined ? {} : { stack: this.#redact(stack) }),
    };
  }

  #toldStandstill() {
    if (this.#blocked === undefined) return undefined;
    const { since, sighting } = this.#blocked;
    return { since, blockedMs: Math.round(this.#standstill.stoodMs), ...ownerOf(sighting) };
  }

  /** Writes the last words, and ends the process: nothing else can, while its own thread is blocked. */
  async #abort(blocked: Blocked): Promise<void> {
    const { abortAfter = 0 } = this.#data.config;
    if (!(await this.#lasts(blocked))) return;
    this.#write(
      'error',
      blocked,
      `Ended by SIGKILL, since watchdog.abortAfter is ${formatDuration(abortAfter)}: the event loop stands still`,
    );
    process.kill(process.pid, 'SIGKILL');
  }

  #signOfLife(): void {
    if (!this.#standstill.isStanding) this.#systemd?.tell('WATCHDOG=1');
  }

  #failed(code: Extract<FromThread, { kind: 'failed' }>['code'], what: string, error: Error): void {
    if (this.#told.has(code)) return;
    this.#told.add(code);
    this.#send({ kind: 'failed', code, what, why: messageOf(error, this.#redact) });
  }

  /** Tells what is left to be told, and lets the thread end. */
  async #end(): Promise<void> {
    this.#look();
    if (this.#blocked !== undefined) this.#over(this.#blocked, this.#standstill.stoodMs);
    await Promise.all([this.#reports, this.#systemd?.told]);
    this.#log.end();
    this.#send({ kind: 'ended' });
    process.exit();
  }

  #send(message: FromThread): void {
    this.#port.postMessage(message);
  }
}
