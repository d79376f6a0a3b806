import type { Class } from '../../container/Class';
import type { ErrorParts } from '../../errors/DaemonryError';
import { listenerMetadata, taskMetadata } from '../../contracts/metadata';
import type { ListenerHooks } from '../../contracts/hooks';
import type { CertifyOptions, Trial } from './Trial';

/** The daemon that is certified, and facts about its class that need no run. */
export class Subject {
  readonly class: Class;
  readonly options: CertifyOptions;
  /** The finding of its first start and stop, which several clauses share; undefined before that. */
  firstLife: { readonly finding: Finding } | undefined;

  constructor(subject: Class, options: CertifyOptions) {
    this.class = subject;
    this.options = options;
  }

  /** True when the class has this hook. */
  has(hook: keyof ListenerHooks): boolean {
    return typeof (this.class.prototype as ListenerHooks)[hook] === 'function';
  }

  /** True when the class has a `tick` or other tasks. */
  get hasTasks(): boolean {
    return this.has('tick') || taskMetadata(this.class).length > 0;
  }

  /** True when the class declares restarts. */
  get isRestarted(): boolean {
    const { restart = 'never' } = listenerMetadata(this.class)?.options ?? {};
    return restart !== 'never';
  }

  /** True when there are dependencies that can be made to hang or fail. */
  get hasDependencies(): boolean {
    const { dependencies, services = [], overrides = [] } = this.options;
    return dependencies === undefined ? services.length + overrides.length > 0 : dependencies.length > 0;
  }
}

/** Calls `work` with a fresh application around the daemon, and stops it afterwards. */
export type Try = <T>(work: (trial: Trial) => Promise<T>) => Promise<T>;

/** The fault of the daemon that a clause has found; undefined when it has found none. */
export type Finding = Omit<ErrorParts, 'cause'> | undefined;

/** One clause of the contract. */
export interface Clause {
  /** The title of the test; continues "the daemon …". */
  readonly name: string;
  /** True when the clause applies to this daemon. */
  concerns(subject: Subject): boolean;
  /** Resolves with the fault that was found, or undefined. */
  check(attempt: Try, subject: Subject): Promise<Finding>;
}
