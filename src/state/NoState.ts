import { type SqlChange, StateDatabase } from '../contracts/StateDatabase';
import { stateClosed } from '../errors/stateErrors';
import type { ApplicationState } from './ApplicationState';

/** The state of an application that keeps nothing: no file is opened, and no code that works with SQLite is loaded. */
export class NoState implements Pick<ApplicationState, 'open' | 'complaints' | 'flush' | 'close' | 'publish'> {
  readonly database: StateDatabase = new NoDatabase();
  readonly complaints: readonly string[] = [];
  /** Undefined, since nothing is kept. */
  readonly writeErrors = undefined;

  open(): Promise<void> {
    return Promise.resolve();
  }

  flush(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  publish(): Promise<void> {
    return Promise.resolve();
  }
}

/** The database of an application in which no class injects one. Each call is rejected with STATE_CLOSED. */
class NoDatabase extends StateDatabase {
  run(): Promise<SqlChange> {
    return refused();
  }

  get(): Promise<undefined> {
    return refused();
  }

  all(): Promise<readonly never[]> {
    return refused();
  }

  transaction<T>(): Promise<T> {
    return refused();
  }

  migrate(): Promise<void> {
    return refused();
  }
}

const refused = (): Promise<never> => Promise.reject(stateClosed('no class of the application injects it'));
