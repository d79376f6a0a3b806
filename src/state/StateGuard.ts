import type { ListenerLogger } from '../contracts/ListenerLogger';
import { madeAnew, type StateError, stateLost, stateMoved } from '../errors/stateErrors';
import { runOutsideExecution } from '../execution/ExecutionContext';
import { isWorthSaying } from '../observability/LineLimits';
import { native } from '../time/native';
import { fileId, type StateFiles } from './stateFiles';
import type { StateOwnership } from './StateOwnership';

/** The time between two looks, in real milliseconds; a write has them looked at no more often than once in a second. */
const LOOK_MS = 5_000;
const LOOK_OF_WRITES_MS = 1_000;
/** A loss that lasts is logged once in that many looks: once a minute. */
const LOOKS_PER_LINE = 12;

/** The parts of a {@link StateGuard}. */
export interface StateGuardParts {
  readonly files: StateFiles;
  readonly ownership: Pick<StateOwnership, 'successor' | 'renew'>;
  readonly log: Pick<ListenerLogger, 'info' | 'warn' | 'error'>;
  /** Called once, when another process has the state. */
  readonly lost: (error: StateError) => void;
  /** Called when {@link StateGuard.complaint} has changed. */
  readonly changed: () => void;
}

/**
 * Looks, while an application works with its state, whether the files are still those that it has opened, and whether the
 * state is still its own: what is written to a file that was deleted is gone, and SQLite does not say so.
 */
export class StateGuard {
  readonly #parts: StateGuardParts;
  readonly #ids = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #failure: StateError | undefined;
  #isLost = false;
  #looks = 0;
  #looked = 0;
  #madeAnew = 0;

  constructor(parts: StateGuardParts) {
    this.#parts = parts;
  }

  /** Why nothing is saved any more, one sentence; undefined while it is. */
  get complaint(): string | undefined {
    return this.#failure?.what;
  }

  /** Begins, when the files are there. It holds no process open. */
  begin(): void {
    this.#look();
    this.#timer = runOutsideExecution(() => native.setInterval(() => this.#lookAndTell(), LOOK_MS).unref());
  }

  /** Ends it; the next {@link now} still looks. */
  end(): void {
    native.clearInterval(this.#timer);
  }

  /** Why nothing can be saved, looked up anew. */
  now(): StateError | undefined {
    this.#look();
    return this.#failure;
  }

  /** Called before a write. @throws StateError STATE_MOVED, STATE_LOST */
  readonly beforeWrite = (): void => {
    if (native.monotonic() - this.#looked >= LOOK_OF_WRITES_MS) this.#look();
    if (this.#failure !== undefined) throw this.#failure;
  };

  #lookAndTell(): void {
    this.#looks++;
    const before = this.#failure;
    this.#look();
    if (this.#failure !== undefined) {
      if (this.#failure === before && this.#looks % LOOKS_PER_LINE === 0) this.#tell(this.#failure);
      return;
    }
    const { ownership, log } = this.#parts;
    const files = ownership.renew();
    if (files.length === 0 || !isWorthSaying(++this.#madeAnew)) return;
    const error = madeAnew(files);
    log.warn(error.what, { error, times: this.#madeAnew });
  }

  #look(): void {
    this.#looked = native.monotonic();
    if (this.#isLost) return;
    const { ownership, files } = this.#parts;
    const { successor } = ownership;
    if (successor !== undefined) {
      this.#isLost = true;
      this.#fail(stateLost(files.owner, successor));
      return;
    }
    const moved = this.#moved();
    if (moved.length > 0) {
      if (this.#failure === undefined) this.#fail(stateMoved(moved));
    } else if (this.#failure !== undefined) {
      this.#failure = undefined;
      this.#parts.log.info('The files of the state database are in their place again, and it is saved again.');
      this.#parts.changed();
    }
  }

  #fail(error: StateError): void {
    this.#failure = error;
    this.#looks = 0;
    this.#tell(error);
    if (this.#isLost) this.#parts.lost(error);
    this.#parts.changed();
  }

  #tell(error: StateError): void {
    this.#parts.log.error(error.what, { error });
  }

  /** The files that are gone, or are others than at the first look. SQLite makes some of them later. */
  #moved(): string[] {
    const { database } = this.#parts.files;
    return [database, `${database}-wal`, `${database}-shm`].filter((file) => {
      const found = idOf(file);
      const known = this.#ids.get(file);
      if (known === undefined && found !== undefined) this.#ids.set(file, found);
      return known !== undefined && found !== known && found !== UNKNOWN;
    });
  }
}

const UNKNOWN = 'unknown';

function idOf(file: string): string | undefined {
  try {
    return fileId(file);
  } catch {
    // A disk that fails is told by the statements, which need it as well.
    return UNKNOWN;
  }
}
