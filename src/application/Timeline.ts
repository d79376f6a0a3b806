import type { ApplicationEvents } from '../contracts/ApplicationEvents';
import type { Clock } from '../contracts/Clock';
import type { Draft } from '../contracts/frozen';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import { parseTimeline } from './parseTimeline';
import { type SavedTimeline, TIMELINE_TABLE, type TimelinePhase, type TimelineSpan } from '../contracts/SavedTimeline';
import type { StateDatabase } from '../contracts/StateDatabase';
import type { DaemonCoordinator } from '../coordinator/DaemonCoordinator';
import { type ListenerCondition, lastRunning } from '../coordinator/ListenerRuntime';
import { toError } from '../errors/serializeError';
import { nextTurn } from '../time/native';

/** The parts of a {@link Timeline}. */
export interface TimelineParts {
  readonly application: string;
  readonly sessionId: string;
  readonly clock: Clock;
  readonly events: Pick<ApplicationEvents, 'on'>;
  readonly state: StateDatabase;
  readonly log: ListenerLogger;
  readonly coordinator: () => Pick<DaemonCoordinator, 'runtime' | 'runtimes'>;
}

/** A boot or a stop. Once it is over, it is not changed: not by restarts, for one. */
type Phase = {
  began: number;
  ended: number;
  reason?: string;
  isOver: boolean;
  readonly spans: Map<string, Draft<TimelineSpan>>;
  /** The states that the listeners were in when a boot was decided, in start order; empty once they are read into the spans. */
  states: readonly ListenerCondition[];
};

/**
 * Notes when each listener began to start and to stop, and how long it took, and keeps that of the newest run in the state
 * database, for `daemonry timeline`: once when the boot is decided, and once when everything has stopped. The startups that
 * succeed are read from the states of the listeners after the boot: there may be thousands, and an event for each has its price.
 */
export class Timeline {
  readonly #parts: TimelineParts;
  #boot: Phase;
  #stop: Phase | undefined;
  #saving: Promise<void> = Promise.resolve();
  #isPreviousRead = false;
  #previous: SavedTimeline | undefined;

  constructor(parts: TimelineParts) {
    this.#parts = parts;
    this.#boot = this.#phase();
    const { events } = parts;
    events.on('application.starting', () => (this.#boot = this.#phase()));
    events.on('listener.startup_failed', ({ listener }) => this.#lost(listener, 'failed'));
    events.on('listener.disabled', ({ listener }) => this.#lost(listener, 'disabled'));
    events.on('listener.blocked', ({ listener }) => this.#lost(listener, 'blocked'));
    events.on('application.started', () => {
      this.#closeBoot();
      this.#save();
    });
    events.on('application.stopping', ({ reason }) => {
      this.#closeBoot();
      this.#stop = { ...this.#phase(), reason };
    });
    events.on('listener.stopping', ({ listener }) => this.#begin(this.#stop, listener));
    events.on('listener.stopped', ({ listener }) => this.#end(this.#stop, listener, 'ok'));
    events.on('listener.shutdown_failed', ({ listener, cut }) =>
      this.#end(this.#stop, listener, cut ? 'cut' : 'failed'),
    );
  }

  /** The run before this one, which the first save replaces; undefined before the boot is decided, and if none is known. */
  async previous(): Promise<SavedTimeline | undefined> {
    await this.#saving;
    return this.#previous;
  }

  /** Saves the stop, and resolves when everything is written. A failure is logged. */
  async stopped(): Promise<void> {
    if (this.#stop !== undefined) {
      this.#close(this.#stop);
      this.#save();
    }
    await this.#saving;
  }

  #phase(): Phase {
    const now = this.#parts.clock.now();
    return { began: now, ended: now, isOver: false, spans: new Map(), states: [] };
  }

  #begin(phase: Phase | undefined, listener: string): void {
    if (phase === undefined || phase.isOver) return;
    const now = this.#parts.clock.now();
    phase.spans.set(listener, { listener, began: now, ended: now, outcome: 'unfinished' });
  }

  #end(phase: Phase | undefined, listener: string, outcome: string): void {
    if (phase === undefined || phase.isOver) return;
    const now = this.#parts.clock.now();
    const began = phase.spans.get(listener)?.began ?? now;
    phase.spans.set(listener, { listener, began, ended: now, outcome });
  }

  /** A startup of the boot has not succeeded, or there is to be none. */
  #lost(listener: string, outcome: string): void {
    if (this.#boot.isOver) return;
    const ended = this.#parts.clock.now();
    const began = this.#parts.coordinator().runtime(listener)?.lastStart ?? ended;
    this.#boot.spans.set(listener, { listener, began, ended, outcome });
  }

  #closeBoot(): void {
    if (this.#boot.isOver) return;
    this.#boot.states = Array.from(this.#parts.coordinator().runtimes, ({ current }) => current);
    this.#close(this.#boot);
  }

  /** Adds the startups that have succeeded, or were not over. */
  #readStates(boot: Phase): void {
    const { ended, spans, states } = boot;
    boot.states = [];
    for (const [index, { name: listener }] of [...this.#parts.coordinator().runtimes].entries()) {
      const state = states[index];
      if (state === undefined) return;
      const running = lastRunning(state);
      if (running !== undefined) {
        const { startedAt, startupMs } = running;
        spans.set(listener, { listener, began: startedAt - startupMs, ended: startedAt, outcome: 'ok' });
      } else if (state.state === 'starting') {
        spans.set(listener, { listener, began: state.since, ended, outcome: 'unfinished' });
      }
    }
  }

  #close(phase: Phase): void {
    if (phase.isOver) return;
    phase.isOver = true;
    phase.ended = this.#parts.clock.now();
    for (const span of phase.spans.values()) if (span.outcome === 'unfinished') span.ended = phase.ended;
  }

  #save(): void {
    const { application, sessionId, state, log } = this.#parts;
    const [boot, stop] = [this.#boot, this.#stop];
    this.#saving = this.#saving
      // A boot does not wait for it, and a stop does.
      .then(stop === undefined ? nextTurn : undefined)
      .then(async () => {
        this.#readStates(boot);
        const ended = stop === undefined ? {} : { stop: saved(stop) };
        const timeline: SavedTimeline = { application, sessionId, boot: saved(boot), ...ended };
        await state.migrate('daemonry_timeline', [{ sql: TABLE }]);
        if (!this.#isPreviousRead)
          this.#previous = parseTimeline((await state.get<{ content: string }>(READ))?.content);
        this.#isPreviousRead = true;
        await state.run(SAVE, [JSON.stringify(timeline)]);
      })
      .catch((error: unknown) => {
        log.warn('The timeline of this run is not saved', { error: toError(error) });
      });
  }
}

const saved = ({ spans, isOver: _, states: _states, ...phase }: Phase): TimelinePhase => ({
  ...phase,
  spans: [...spans.values()].sort((a, b) => a.began - b.began),
});

const TABLE = `CREATE TABLE ${TIMELINE_TABLE} (only INTEGER PRIMARY KEY CHECK (only = 1), content TEXT NOT NULL) STRICT`;
const READ = `SELECT content FROM ${TIMELINE_TABLE}`;
const SAVE = `INSERT OR REPLACE INTO ${TIMELINE_TABLE} (only, content) VALUES (1, ?)`;
