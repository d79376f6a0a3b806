import type { ListenerLogger } from './ListenerLogger';

/** The identity under which the application talks to people and services. */
export interface Identity {
  /** The name it goes by. */
  readonly name: string;
  /** How it should think and speak: the text that a reasoning engine receives first. */
  readonly prompt: string;
  /** Plain data about it, such as a version or an author. @defaultValue none */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The argument of an {@link IdentityProvider}. */
export interface IdentityContext {
  /** Aborts when the answer comes too late to be used. */
  readonly signal: AbortSignal;
  /** The logger of the plugin. */
  readonly log: ListenerLogger;
}

/** Returns an identity, or `undefined` to let the next provider answer. Registered by a plugin. */
export type IdentityProvider = (context: IdentityContext) => Identity | undefined | Promise<Identity | undefined>;

/** An identity and its source. */
export interface ResolvedIdentity extends Identity {
  /** `plugin <name>`, or the path of the file that the prompt was read from. */
  readonly source: string;
}

/** Gives the identity of the application. Inject it by this class. */
export abstract class Identities {
  /**
   * Asks the identity providers of plugins in the order of the plugins' priority. The first answer with a name and a
   * prompt wins; a provider that throws or answers with something else is logged and skipped. Without any, the text of
   * `plugins.identityFile` is the prompt and the application's name is the name.
   *
   * @throws IdentityMissingError when the file is needed, and is missing or empty.
   */
  abstract current(): Promise<ResolvedIdentity>;
}
