import type { ServiceIdentifier } from 'inversify';

import { type ConfigLayers, type ResolvedPluginSettings, resolvePluginSettings } from '../configuration';
import type { Class } from '../container/Class';
import type { PluginBindings } from '../container/bindPlugin';
import { APPLICATION_EVENTS } from '../contracts/ApplicationEvents';
import type { IdentityProvider } from '../contracts/Identity';
import type { ListenerLogger } from '../contracts/ListenerLogger';
import type { ApplicationModule } from '../contracts/ModuleDefinition';
import type { PluginContext } from '../contracts/Plugin';
import { PluginError } from '../errors/pluginErrors';
import { describeProblem, Problems, showValue } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import { checkDaemon, type Registrant, daemonClass } from './pluginDaemon';

export interface RegistrationHost extends Registrant {
  readonly application: string;
  readonly log: ListenerLogger;
  readonly layers: ConfigLayers;
  readonly hide: (secrets: readonly string[]) => void;
}

export type Subscription = readonly [name: string, fn: (event: unknown) => unknown];

/**
 * What one plugin registers. It only notes it: whoever has the whole registration, with nothing wrong in it, puts it into
 * effect.
 */
export class PluginRegistration {
  readonly context: PluginContext;
  readonly problems = new Problems();
  readonly subscriptions: Subscription[] = [];
  readonly identityProviders: IdentityProvider[] = [];
  readonly #host: RegistrationHost;
  readonly #abort = new AbortController();
  readonly #added: (Class | ApplicationModule)[] = [];
  readonly #constants = new Map<ServiceIdentifier, unknown>();
  #settings: ResolvedPluginSettings<object> | undefined;
  #isOver = false;

  constructor(host: RegistrationHost) {
    this.#host = host;
    this.context = Object.freeze<PluginContext>({
      name: host.plugin,
      application: host.application,
      log: host.log,
      signal: this.#abort.signal,
      registerBackgroundDaemon: this.#noting('registerBackgroundDaemon', (daemon) => {
        if (checkDaemon(daemon, host, this.problems)) this.#added.push(daemonClass(daemon, host.location));
      }),
      registerListener: this.#noting('registerListener', (listener) => {
        this.#addFunction(listener, 'registerListener', 'give a class with @BackgroundDaemon or @Listener.', (target) =>
          this.#added.push(target as Class),
        );
      }),
      registerModule: this.#noting('registerModule', (module) => {
        if (typeof module === 'object' && (module as unknown) !== null) this.#added.push(module);
        else
          this.#refuse(
            'registerModule',
            module,
            'give a ContainerModule, or what `defineModule` returns; where a function makes it, call it.',
          );
      }),
      registerIdentityProvider: this.#noting('registerIdentityProvider', (provider) => {
        this.#addFunction(
          provider,
          'registerIdentityProvider',
          'give a function that answers with an identity.',
          (fn) => this.identityProviders.push(fn as IdentityProvider),
        );
      }),
      on: this.#noting('on', (name, fn) => {
        this.#subscribe(name, fn as Subscription[1]);
      }),
      settings: this.#noting('settings', (type) => this.#resolveSettings(type)),
    });
  }

  get bindings(): PluginBindings {
    return { name: this.#host.plugin, added: this.#added, constants: this.#constants };
  }

  get settings(): Pick<ResolvedPluginSettings<object>, 'values' | 'secrets'> | undefined {
    return this.#settings;
  }

  /** Nothing can be registered any more. */
  close(reason?: Error): void {
    this.#isOver = true;
    if (reason !== undefined) this.#abort.abort(reason);
  }

  /** Resolves when everything is checked. */
  async complete(): Promise<void> {
    await this.#settings?.complete(this.problems);
  }

  #noting<A extends unknown[], R>(name: string, fn: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      if (!this.#isOver) return fn(...args);
      throw new PluginError(this.#host.plugin, 'PLUGIN_REGISTRATION_OVER', {
        what: `The plugin "${this.#host.plugin}" calls ${name}() after its registration.`,
        facts: { file: this.#host.location },
        fix: 'register everything before the promise that `register` returns resolves: await what it waits for.',
      });
    };
  }

  #addFunction(given: unknown, where: string, fix: string, add: (fn: unknown) => unknown): void {
    if (typeof given === 'function') add(given);
    else this.#refuse(where, given, fix);
  }

  #refuse(where: string, value: unknown, fix: string): void {
    this.problems.add('PLUGIN_INVALID_REGISTRATION', {
      what: `${where}() is not given what it needs.`,
      facts: { plugin: this.#host.plugin, file: this.#host.location, value: showValue(value) },
      fix,
    });
  }

  #subscribe(name: string, fn: Subscription[1]): void {
    if (!APPLICATION_EVENTS.includes(name)) {
      const fix = `give the name of an event.${didYouMean(String(name), APPLICATION_EVENTS)}`;
      this.#refuse('on', name, `${fix} There are ${APPLICATION_EVENTS.join(', ')}.`);
    }
    this.#addFunction(fn, 'on', 'give a function that is called with each event.', () =>
      this.subscriptions.push([name, fn]),
    );
  }

  #resolveSettings<T extends object>(type: new () => T): T {
    const { plugin, layers } = this.#host;
    const known = this.#constants.get(type);
    if (known !== undefined) return known as T;
    const problems = new Problems();
    if (typeof type !== 'function' || this.#settings !== undefined) {
      const fix = 'give one class: what belongs apart is an inner object, @Nested(() => Class).';
      this.#refuse('settings', type, fix);
      throw this.#invalid(this.problems);
    }
    const settings = resolvePluginSettings(layers, plugin, type, problems);
    for (const { code, ...parts } of problems.list) this.problems.add(code, parts);
    this.#host.hide(settings?.secrets ?? []);
    if (settings === undefined || problems.list.length > 0) throw this.#invalid(problems);
    this.#settings = settings;
    this.#constants.set(type, settings.instance);
    return settings.instance;
  }

  #invalid({ list }: Problems): PluginError {
    return new PluginError(this.#host.plugin, 'PLUGIN_INVALID_REGISTRATION', {
      what: [`The settings of the plugin "${this.#host.plugin}" are not valid.`, ...list.map(describeProblem)].join(
        '\n',
      ),
      fix: 'correct what is listed above.',
    });
  }
}
