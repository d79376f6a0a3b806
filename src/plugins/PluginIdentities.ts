import { readText } from '../configuration';
import { Identities, type Identity, type IdentityProvider, type ResolvedIdentity } from '../contracts/Identity';
import { limited, type ListenerLogger } from '../contracts/ListenerLogger';
import { IdentityMissingError } from '../errors/pluginErrors';
import { toError } from '../errors/serializeError';
import { withDeadline } from '../time/withDeadline';
import type { Owned } from './LoadedPlugins';
import type { PluginServices } from './registerPlugins';

const ANSWER_LIMIT = '10s';

/** The application's side of an identity: clock and loggers for the providers, and the file. */
export interface IdentityInput extends Pick<PluginServices, 'clock' | 'logger'> {
  /** The name that the identity of the file has. */
  readonly application: string;
  /** The text file that holds the prompt when no plugin answers. */
  readonly file: () => string;
}

/** Asks the identity providers of the plugins by priority; the first valid answer wins. Without one, reads the file. */
export class PluginIdentities extends Identities {
  readonly #providers: readonly Owned<IdentityProvider>[];
  readonly #input: IdentityInput;

  constructor(providers: readonly Owned<IdentityProvider>[], input: IdentityInput) {
    super();
    this.#providers = providers;
    this.#input = input;
  }

  async current(): Promise<ResolvedIdentity> {
    for (const { plugin, value } of this.#providers) {
      const identity = await this.#ask(value, this.#input.logger(plugin));
      if (identity !== undefined) return { ...identity, source: `plugin ${plugin}` };
    }
    return this.#fromFile();
  }

  async #ask(provider: IdentityProvider, log: ListenerLogger): Promise<Identity | undefined> {
    try {
      const answer = await withDeadline(ANSWER_LIMIT, async (signal) => provider({ signal, log }), {
        clock: this.#input.clock,
        expired: () => new Error(`no answer within ${ANSWER_LIMIT}`),
        late: (error) => log.warn('the identity provider failed after it had been given up', { error }),
      });
      // A provider in JavaScript may return null.
      if ((answer ?? undefined) === undefined) return undefined;
      const defect = defectOf(answer);
      if (defect === undefined) return answer;
      log.warn(`the answer of the identity provider is passed over: ${defect}`);
    } catch (thrown) {
      log.warn('the identity provider failed, and is passed over', {
        error: toError(thrown),
        ...limited('identity provider'),
      });
    }
    return undefined;
  }

  #fromFile(): ResolvedIdentity {
    const { application } = this.#input;
    const file = this.#input.file();
    const prompt = read(file);
    if (prompt.trim() === '') throw new IdentityMissingError(file, 'is empty');
    return { name: application, prompt, source: file };
  }
}

/** @throws IdentityMissingError */
function read(file: string): string {
  try {
    return readText(file);
  } catch (error) {
    throw new IdentityMissingError(file, 'cannot be read', error);
  }
}

/** Why an answer is not a valid identity; undefined for a valid one. */
function defectOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return 'it is not an object';
  const { name, prompt, metadata } = answer as Record<string, unknown>;
  if (typeof name !== 'string' || name.trim() === '') return 'it has no name';
  if (typeof prompt !== 'string' || prompt.trim() === '') return 'its prompt is empty';
  if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null)) return 'its metadata is no object';
  return undefined;
}
