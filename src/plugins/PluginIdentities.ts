import { readFile } from 'node:fs/promises';

import { Identities, type Identity, type IdentityProvider, type ResolvedIdentity } from '../contracts/Identity';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import { IdentityMissingError } from '../errors/pluginErrors';
import { toError } from '../errors/serializeError';
import type { Owned } from './LoadedPlugins';
import type { PluginServices } from './registerPlugin';

const ANSWER_LIMIT_MS = 10_000;

export interface IdentitiesHost extends Pick<PluginServices, 'limit' | 'logger'> {
  /** The name of the identity of the file. */
  readonly application: string;
  readonly file: string;
}

/** Asks the providers of plugins, then the file. */
export class PluginIdentities extends Identities {
  readonly #providers: readonly Owned<IdentityProvider>[];
  readonly #host: IdentitiesHost;

  constructor(providers: readonly Owned<IdentityProvider>[], host: IdentitiesHost) {
    super();
    this.#providers = providers;
    this.#host = host;
  }

  async current(): Promise<ResolvedIdentity> {
    for (const { plugin, value } of this.#providers) {
      const identity = await this.#ask(value, this.#host.logger(plugin));
      if (identity !== undefined) return { ...identity, source: `plugin ${plugin}` };
    }
    return this.#fromFile();
  }

  async #ask(provider: IdentityProvider, log: ListenerLogger): Promise<Identity | undefined> {
    const abort = new AbortController();
    try {
      const answer = await this.#host.limit(
        ANSWER_LIMIT_MS,
        (async () => provider({ signal: abort.signal, log }))(),
        () => {
          const error = new Error(`no answer within ${ANSWER_LIMIT_MS / 1_000}s`);
          abort.abort(error);
          return error;
        },
        (error) => {
          log.warn('the identity provider failed after it had been given up', { error });
        },
      );
      // JavaScript has many ways to say nothing.
      if ((answer ?? undefined) === undefined) return undefined;
      const defect = defectOf(answer);
      if (defect === undefined) return answer;
      log.warn(`the answer of the identity provider is passed over: ${defect}`);
    } catch (thrown) {
      log.warn('the identity provider failed, and is passed over', { error: toError(thrown) });
    }
    return undefined;
  }

  async #fromFile(): Promise<ResolvedIdentity> {
    const { file, application } = this.#host;
    const prompt = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new IdentityMissingError(file, 'cannot be read', error);
    });
    if (prompt.trim() === '') throw new IdentityMissingError(file, 'is empty');
    return { name: application, prompt, source: file };
  }
}

/** Why an answer is no identity. */
function defectOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return 'it is not an object';
  const { name, prompt, metadata } = answer as Record<string, unknown>;
  if (typeof name !== 'string' || name.trim() === '') return 'it has no name';
  if (typeof prompt !== 'string' || prompt.trim() === '') return 'its prompt is empty';
  if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null)) return 'its metadata is no object';
  return undefined;
}
