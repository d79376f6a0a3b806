import { types } from 'node:util';

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

/** The plugin that registers, and the parts of the application that its context offers. */
export interface RegistrationInput extends Registrant {
  readonly application: string;
  readonly log: ListenerLogger;
  readonly layers: ConfigLayers;
  /** Makes a path absolute that is relative to `state.directory`. */
  readonly atState: (path: string) => string;
  readonly hide: (secrets: readonly string[]) => void;
}

/** The name of an event, and the function that a plugin wants called with it. */
export type Subscription = readonly [name: string, fn: (event: unknown) => unknown];

/**
 * Collects everything that one plugin registers, through the context that `register` is called with. Nothing takes effect
 * here: it is applied when the registration is complete and has no problem.
 */
export class PluginRegistration {
  readonly context: PluginContext;
  readonly problems = new Problems();
  readonly subscriptions: Subscription[] = [];
  readonly identityProviders: IdentityProvider[] = [];
  readonly #input: RegistrationInput;
  readonly #abort = new AbortController();
  readonly #added: (Class | ApplicationModule)[] = [];
  readonly #constants = new Map<ServiceIdentifier, unknown>();
  #settings: ResolvedPluginSettings<object> | undefined;
  #isOver = false;

  constructor(input: RegistrationInput) {
    this.#input = input;
    this.context = Object.freeze<PluginContext>({
      name: input.plugin,
      application: input.application,
      log: input.log,
      signal: this.#abort.signal,
      registerBackgroundDaemon: this.#noting('registerBackgroundDaemon', (daemon) => {
        if (checkDaemon(daemon, input, this.problems)) this.#added.push(daemonClass(daemon, input.location));
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
    return { name: this.#input.plugin, added: this.#added, constants: this.#constants };
  }

  get settings(): Pick<ResolvedPluginSettings<object>, 'values' | 'secrets'> | undefined {
    return this.#settings;
  }

  /** Ends the registration: every later call throws. With a reason, the signal of the context aborts. */
  close(reason?: Error): void {
    this.#isOver = true;
    if (reason !== undefined) this.#abort.abort(reason);
  }

  /** Runs the checks that are asynchronous. Resolves when all problems are known. */
  async complete(): Promise<void> {
    await this.#settings?.complete(this.problems);
  }

  #noting<A extends unknown[], R>(name: string, fn: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      if (!this.#isOver) return fn(...args);
      throw new PluginError(this.#input.plugin, 'PLUGIN_REGISTRATION_OVER', {
        what: `The plugin "${this.#input.plugin}" calls ${name}() after its registration.`,
        facts: { file: this.#input.location },
        fix: 'register everything before the promise that `register` returns resolves: await what it waits for.',
      });
    };
  }

  #addFunction(given: unknown, where: string, fix: string, add: (fn: unknown) => unknown): void {
    if (types.isGeneratorFunction(given)) {
      this.#refuse(
        where,
        given,
        'make the generator an async function, and await in it: calling it would run nothing of it.',
      );
    } else if (typeof given === 'function') add(given);
    else this.#refuse(where, given, fix);
  }

  #refuse(where: string, value: unknown, fix: string): void {
    this.problems.add('PLUGIN_INVALID_REGISTRATION', {
      what: `${where}() is not given what it needs.`,
      facts: { plugin: this.#input.plugin, file: this.#input.location, value: showValue(value) },
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
    const { plugin, layers, atState } = this.#input;
    const known = this.#constants.get(type);
    if (known !== undefined) return known as T;
    const problems = new Problems();
    if (typeof type !== 'function' || this.#settings !== undefined) {
      const fix = 'give one class: what belongs apart is an inner object, @Nested(() => Class).';
      this.#refuse('settings', type, fix);
      throw this.#invalid(this.problems);
    }
    const settings = resolvePluginSettings(layers, plugin, type, atState, problems);
    for (const { code, ...parts } of problems.list) this.problems.add(code, parts);
    this.#input.hide(settings?.secrets ?? []);
    if (settings === undefined || problems.list.length > 0) throw this.#invalid(problems);
    this.#settings = settings;
    this.#constants.set(type, settings.instance);
    return settings.instance;
  }

  #invalid({ list }: Problems): PluginError {
    return new PluginError(this.#input.plugin, 'PLUGIN_INVALID_REGISTRATION', {
      what: [`The settings of the plugin "${this.#input.plugin}" are not valid.`, ...list.map(describeProblem)].join(
        '\n',
      ),
      fix: 'correct what is listed above.',
    });
  }
}
