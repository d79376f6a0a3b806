import type { ListenerLogger } from './ListenerLogger';

/** Who the application is to those it talks with. */
export interface Identity {
  readonly name: string;
  /** How it is to think and speak: the text that a reasoning engine is given first. */
  readonly prompt: string;
  /** Plain data about it: a version, an author. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface IdentityContext {
  /** Aborts when the answer is not waited for any more. */
  readonly signal: AbortSignal;
  readonly log: ListenerLogger;
}

/** Answers with an identity, or with `undefined` to leave it to the next one. */
export type IdentityProvider = (context: IdentityContext) => Identity | undefined | Promise<Identity | undefined>;

/** An identity, and who gave it. */
export interface ResolvedIdentity extends Identity {
  /** `plugin marvin`, or the path of the file. */
  readonly source: string;
}

/** Gives the identity of the application. Inject it by this class. */
export abstract class Identities {
  /**
   * Asks the providers of plugins in the order of their priority: the first whose answer is an identity with a name and a
   * prompt wins. What a provider throws, and an answer that is none, is logged and passed over. Without any, the text of
   * `plugins.identityFile` is the prompt, under the application's name.
   *
   * @throws IdentityMissingError when the file is needed, and missing or empty.
   */
  abstract current(): Promise<ResolvedIdentity>;
}
