import { pathToFileURL } from 'node:url';

import type { ConfigLayers } from '../configuration';
import type { Clock } from '../contracts/Clock';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import { PluginError } from '../errors/pluginErrors';
import { Problems } from '../errors/Problem';
import { codeOf, messageOf, toError } from '../errors/serializeError';
import { refuseGenerator } from '../execution/PendingCallback';
import { withDeadline } from '../time/withDeadline';
import { checkHost } from './checkHost';
import type { PluginRecord } from './PluginRecord';
import { PluginRegistration } from './PluginRegistration';
import type { PluginModule } from '../contracts/Plugin';

const REGISTRATION_LIMIT = '30s';

/** The parts of the application that its plugins are registered with. */
export interface PluginServices {
  /** The application's name. */
  readonly application: string;
  readonly layers: ConfigLayers;
  /** Makes a path absolute that is relative to `state.directory`. */
  readonly atState: (path: string) => string;
  readonly logger: (plugin: string) => ListenerLogger;
  /** Redacts these texts in the log from now on. */
  readonly hide: (secrets: readonly string[]) => void;
  /** The clock of the application; limits the time of plugins. */
  readonly clock: Clock;
}

/**
 * Loads the enabled plugins and calls their `register`, one after the other. Afterwards a record has the registration, or is
 * marked as refused or failed, with the problems. Never rejects.
 */
export async function registerPlugins(enabled: readonly PluginRecord[], services: PluginServices): Promise<void> {
  for (const record of enabled) {
    checkHost(record);
    if (record.state === 'enabled') await registerPlugin(record, services);
  }
}

async function registerPlugin(record: PluginRecord, services: PluginServices): Promise<void> {
  const { name, file, given } = record.origin;
  const log = services.logger(name);
  const location = file ?? record.label;
  const registration = new PluginRegistration({ ...services, plugin: name, location, log });
  let failure: Error | undefined;
  try {
    const register = async (signal: AbortSignal): Promise<void> => {
      signal.addEventListener('abort', () => registration.close(signal.reason as Error));
      const module = given ?? (await loadPluginModule(file ?? ''));
      refuseGenerator(await module.register(registration.context), 'register');
    };
    await withDeadline(REGISTRATION_LIMIT, register, {
      clock: services.clock,
      owner: 'it',
      late: (error) => log.warn('the registration failed after it had been given up', { error }),
    });
  } catch (thrown) {
    failure = toError(thrown);
  }
  registration.close();
  await registration.complete();
  record.registration = registration;
  record.secrets = registration.settings?.secrets ?? [];
  const { list } = registration.problems;
  // A PluginError repeats problems that are in the list already.
  const error = failure instanceof PluginError && list.length > 0 ? undefined : failure;
  const thrown = error === undefined ? [] : thrownProblem(record, error);
  if (list.length + thrown.length > 0) record.fail([...list, ...thrown], error);
}

function thrownProblem({ name, label, origin: { file } }: PluginRecord, error: Error): Problems['list'] {
  const problems = new Problems();
  problems.add('PLUGIN_FAILED', {
    what: `The plugin "${name}" failed: ${messageOf(error)}`,
    facts: { package: label, file },
    fix: 'remove the cause, or disable the plugin: plugins.disabled.',
  });
  return problems.list;
}

/**
 * Loads the file of a plugin, a CommonJS or ES module, through the module cache of the process.
 *
 * @throws what loading it throws; TypeError when it exports no `register`
 */
async function loadPluginModule(file: string): Promise<PluginModule> {
  const loaded = await load(file);
  const module = [loaded, (loaded as { default?: unknown } | undefined)?.default].find(isPluginModule);
  if (module !== undefined) return module;
  const names = Object.keys(Object(loaded) as object);
  throw new TypeError(`it exports no function "register" (it exports ${names.join(', ') || 'nothing'})`);
}

const isPluginModule = (loaded: unknown): loaded is PluginModule =>
  typeof (loaded as Partial<PluginModule> | undefined | null)?.register === 'function';

async function load(file: string): Promise<unknown> {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is known at run time only.
    return require(file) as unknown;
  } catch (error) {
    if (codeOf(error) !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return import(pathToFileURL(file).href);
  }
}
