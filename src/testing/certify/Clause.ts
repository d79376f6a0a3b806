import type { Class } from '../../container/Class';
import type { ErrorParts } from '../../errors/DaemonryError';
import { taskMetadata } from '../../contracts/metadata';
import type { ListenerHooks } from '../../contracts/hooks';
import type { CertifyOptions, Trial } from './Trial';

/** What can be said of a daemon without running it. */
export class Subject {
  readonly class: Class;
  readonly options: CertifyOptions;
  /** What came of its first life, once it had one. */
  firstLife: { readonly finding: Finding } | undefined;

  constructor(subject: Class, options: CertifyOptions) {
    this.class = subject;
    this.options = options;
  }

  has(hook: keyof ListenerHooks): boolean {
    return typeof (this.class.prototype as ListenerHooks)[hook] === 'function';
  }

  get hasTasks(): boolean {
    return this.has('tick') || taskMetadata(this.class).length > 0;
  }

  get hasDependencies(): boolean {
    const { dependencies, services = [], overrides = [] } = this.options;
    return dependencies === undefined ? services.length + overrides.length > 0 : dependencies.length > 0;
  }
}

/** Gives `work` a fresh application around the daemon. */
export type Try = <T>(work: (trial: Trial) => Promise<T>) => Promise<T>;

/** What a daemon does wrong, or undefined. */
export type Finding = Omit<ErrorParts, 'cause'> | undefined;

/** One clause of the contract. */
export interface Clause {
  /** Continues "the daemon …". */
  readonly name: string;
  /** Whether it can be asked of this daemon at all. */
  concerns(subject: Subject): boolean;
  check(attempt: Try, subject: Subject): Promise<Finding>;
}
