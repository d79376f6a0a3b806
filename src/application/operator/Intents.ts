import type { OperationEvent } from '../../contracts/ApplicationEvents';
import type { TaskSchedule } from '../../contracts/entries';
import type { LogLevel } from '../../contracts/ListenerLogger';
import type { OperatorAction, OperatorIntent } from '../../contracts/Operation';
import type { OperatorJournal } from '../../contracts/OperatorJournal';
import type { SqlStatements, StateDatabase } from '../../contracts/StateDatabase';
import { readInstant } from '../../time/instant';

/** An intent, with the values that it is carried out with. */
export interface Intent extends Omit<OperatorIntent, 'persisted'> {
  /** For `reschedule`. */
  readonly schedule?: TaskSchedule;
  /** For `log-level`. */
  readonly level?: LogLevel;
  /** True for the pause of one task of cluster scope that another process has set with that of its whole application. */
  readonly isOfApplication?: true;
  /** True if `until` was given as a duration: it counts on the clock of this process. */
  readonly isCounted?: true;
  /** Kept with the pause of the whole application: the tasks of cluster scope that are paused with it, by their paths. */
  readonly reached?: readonly string[];
  /** In the state database alone: it ended while the process was down, and is kept for starts that decide about what it held. */
  readonly isOver?: true;
}

/** The intents of earlier sessions. */
export interface RestoredIntents {
  /** The intents in force, in the order in which they were set. */
  readonly restored: readonly Intent[];
  /** The intents that ended while the process was down, and may hold due moments that are not decided. */
  readonly over: readonly Intent[];
}

interface Subject {
  readonly action: OperatorAction;
  readonly listener?: string | undefined;
  readonly task?: string | undefined;
  readonly isOfApplication?: true;
}

/** Intents of one slot replace each other; `resume` stands where the pause of the whole application was. */
export const slotOf = ({ action, listener, task, isOfApplication }: Subject): string =>
  [
    action === 'resume' ? 'pause' : action,
    listener ?? '',
    task ?? '',
    ...(isOfApplication === undefined ? [] : ['all']),
  ].join('|');

/** A change of the intents, by slot: a new one, or undefined for one that is lifted. */
export type IntentChange = ReadonlyMap<string, Intent | undefined>;

/** Writes more in the transaction that keeps a change. Intents are those in force, oldest first. */
export type ChangeRecorder = (
  statements: SqlStatements,
  before: readonly Intent[],
  after: readonly Intent[],
) => Promise<void>;

/**
 * Has the journals record a change, and its answer remembered after that; undefined if there is nothing to be done.
 *
 * @param shown - makes what the journals are given of an intent.
 */
export function recorderOf(
  journals: readonly OperatorJournal[],
  shown: (intent: Intent) => OperatorIntent,
  act: OperationEvent | undefined,
  remember?: (statements: SqlStatements) => Promise<void>,
): ChangeRecorder | undefined {
  if (journals.length === 0) return remember;
  return async (statements, before, after) => {
    const change = { ...(act === undefined ? {} : { act }), before: before.map(shown), after: after.map(shown) };
    for (const journal of journals) await journal.record(change, statements);
    await remember?.(statements);
  };
}

/** An act that was carried out under a key. */
export interface KeyedAct {
  /** The request, as far as it says what is done. */
  readonly request: string;
  /** The answer, as JSON. */
  readonly result: string;
}

const DAY_MS = 86_400_000;
/** How long an act is kept under its key. */
const KEPT_MS = 7 * DAY_MS;
/** The time between two removals of acts that are kept no longer. */
const REMOVAL_MS = 3_600_000;

const oldestKept = (now: number): string => new Date(now - KEPT_MS).toISOString();
const REMOVE_OLD = 'DELETE FROM operator_acts WHERE at < ?';

const SET = 'INSERT OR REPLACE INTO operator_intents (slot, intent) VALUES (?, ?)';

/**
 * The intents in force and the acts that were carried out under a key: in memory, and in the state database where the
 * application has one.
 */
export class Intents {
  readonly #inForce = new Map<string, Intent>();
  readonly #acts = new Map<string, KeyedAct & { readonly at: number }>();
  #database: StateDatabase | undefined;
  /** When acts were removed last that are kept no longer, in epoch milliseconds. */
  #removedAt = -Infinity;

  /** @param database - holds nothing yet; one that may hold something is given to {@link open}. */
  constructor(database: StateDatabase | undefined) {
    this.#database = database;
  }

  /** In the order in which they were set. */
  get all(): readonly Intent[] {
    return [...this.#inForce.values()];
  }

  get arePersisted(): boolean {
    return this.#database !== undefined;
  }

  get(slot: string): Intent | undefined {
    return this.#inForce.get(slot);
  }

  /**
   * Begins to use the database. Reads what it holds, and writes what was set and done before. What is over leaves it; for some
   * days it keeps what `mayHold`, since the starts until then may fail before they have made up what was missed.
   *
   * @param complain - called with a sentence for each intent that cannot be read, which is left where it is.
   * @param record - called if something was set before, or is over.
   * @param mayHold - true for an intent that may hold due moments which are decided only now.
   */
  async open(
    database: StateDatabase,
    now: number,
    complain: (problem: string) => void,
    record?: ChangeRecorder,
    mayHold: (intent: Intent) => boolean = () => false,
  ): Promise<RestoredIntents> {
    const rows = await database.all<{ slot: string; intent: string }>(
      'SELECT slot, intent FROM operator_intents ORDER BY rowid',
    );
    const early = new Map<string, Intent | undefined>(this.#inForce);
    const restored: Intent[] = [];
    const over: Intent[] = [];
    const kept: Intent[] = [];
    const before: Intent[] = [];
    for (const { slot, intent: text } of rows) {
      const intent = read(text);
      const set = early.get(slot);
      if (intent !== undefined && intent.isOver === undefined) before.push(intent);
      if (intent === undefined) complain(`The intent ${slot} in the state database cannot be read, and is left out.`);
      else if (isOver(intent, now)) {
        const holds = mayHold(intent);
        const isKept = holds && endOf(intent) > now - KEPT_MS;
        if (holds) over.push(intent);
        if (!isKept || intent.isOver === undefined || set !== undefined) early.set(slot, set);
        if (isKept && intent.isOver === undefined && set === undefined) kept.push(intent);
      }
      // Code that pauses before the start does not lift what a person has set.
      else if (set === undefined || (set.kind === 'automation' && intent.kind === 'human')) restored.push(intent);
    }
    this.#database = database;
    for (const intent of restored) {
      early.delete(slotOf(intent));
      this.#inForce.set(slotOf(intent), intent);
    }
    const withKept: ChangeRecorder = async (statements, ...given) => {
      for (const intent of kept)
        await statements.run(SET, [slotOf(intent), JSON.stringify({ ...intent, isOver: true })]);
      await record?.(statements, ...given);
    };
    if (early.size > 0) await this.change(early, kept.length === 0 ? record : withKept, before);
    for (const [id, { at, ...act }] of this.#acts) {
      const [caller, key] = JSON.parse(id) as [string, string];
      await this.remember(caller, key, act, at);
    }
    this.#acts.clear();
    await database.run(REMOVE_OLD, [oldestKept(now)]);
    this.#removedAt = now;
    return { restored, over };
  }

  /** Sets or lifts an intent that is kept elsewhere. */
  mirror(slot: string, intent: Intent | undefined): void {
    this.#inForce.delete(slot);
    if (intent !== undefined) this.#inForce.set(slot, intent);
  }

  /** Removes what the database holds of a slot: its intent is kept elsewhere from now on. @throws StateError */
  async unkeep(slot: string): Promise<void> {
    await this.#database?.run('DELETE FROM operator_intents WHERE slot = ?', [slot]);
  }

  /** Keeps with the pause of the whole application which tasks of cluster scope are paused with it. @throws StateError */
  async keepReached(reached: readonly string[]): Promise<void> {
    const slot = slotOf({ action: 'pause' });
    const intent = JSON.stringify({ ...this.#inForce.get(slot), reached });
    await this.#database?.run('UPDATE operator_intents SET intent = ? WHERE slot = ?', [intent, slot]);
  }

  /** Lets go of an intent that could not be removed from the database. */
  forget(slot: string): void {
    this.#inForce.delete(slot);
  }

  /**
   * Makes a change, all of it or nothing.
   *
   * @throws StateError when it cannot be written, and what `record` rejects with.
   */
  async change(change: IntentChange, record?: ChangeRecorder, before = this.all): Promise<void> {
    if (this.#database !== undefined && (change.size > 0 || record !== undefined)) {
      await this.#database.transaction(async (statements) => {
        for (const [slot, intent] of change) {
          if (intent === undefined) await statements.run('DELETE FROM operator_intents WHERE slot = ?', [slot]);
          else await statements.run(SET, [slot, JSON.stringify(intent)]);
        }
        await record?.(statements, before, [...apply(new Map(this.#inForce), change).values()]);
      });
    }
    apply(this.#inForce, change);
  }

  /** The act that the caller has had carried out under the key, within the time for which that is kept. */
  async actOf(caller: string, key: string, now: number): Promise<KeyedAct | undefined> {
    const known = this.#acts.get(JSON.stringify([caller, key]));
    if (known !== undefined && known.at >= now - KEPT_MS) return known;
    return this.#database?.get<{ request: string; result: string }>(
      'SELECT request, result FROM operator_acts WHERE caller = ? AND key = ? AND at >= ?',
      [caller, key, oldestKept(now)],
    );
  }

  /**
   * Remembers an act under its key.
   *
   * @param statements - those of the transaction that it is part of. @defaultValue none: it is one of its own
   */
  async remember(
    caller: string,
    key: string,
    act: KeyedAct,
    now: number,
    statements: Pick<SqlStatements, 'run'> | undefined = this.#database,
  ): Promise<void> {
    if (statements === undefined) {
      for (const [id, { at }] of this.#acts) if (at < now - KEPT_MS) this.#acts.delete(id);
      this.#acts.set(JSON.stringify([caller, key]), { ...act, at: now });
      return;
    }
    await statements.run(
      'INSERT OR REPLACE INTO operator_acts (caller, key, request, result, at) VALUES (?, ?, ?, ?, ?)',
      [caller, key, act.request, act.result, new Date(now).toISOString()],
    );
    if (now - this.#removedAt < REMOVAL_MS) return;
    await statements.run(REMOVE_OLD, [oldestKept(now)]);
    this.#removedAt = now;
  }
}

function apply(intents: Map<string, Intent>, change: IntentChange): Map<string, Intent> {
  for (const [slot, intent] of change) {
    intents.delete(slot);
    if (intent !== undefined) intents.set(slot, intent);
  }
  return intents;
}

/** True for an intent that has ended, or whose due moment has passed while the process was down. */
const isOver = (intent: Intent, now: number): boolean => intent.isOver === true || endOf(intent) <= now;

/** The instant after which an intent is over by itself; `Infinity` for one that is not. */
const endOf = ({ action, until, value = '' }: Intent): number =>
  Math.min(until === undefined ? Infinity : Date.parse(until), action === 'skip-next' ? Date.parse(value) : Infinity);

function read(text: string): Intent | undefined {
  try {
    const intent = JSON.parse(text) as Partial<Intent>;
    const texts = [intent.action, intent.by, intent.kind, intent.reason, intent.since];
    if (!texts.every((value) => typeof value === 'string')) return undefined;
    const instants = [intent.since, intent.until, intent.action === 'skip-next' ? (intent.value ?? '') : undefined];
    if (instants.some((text) => text !== undefined && readInstant(text) === undefined)) return undefined;
    if (intent.action === 'reschedule' && intent.schedule?.kind === undefined) return undefined;
    if (intent.action === 'log-level' && intent.level === undefined) return undefined;
    return Object.freeze(intent as Intent);
  } catch {
    // Whoever asked says so.
    return undefined;
  }
}
