import { createRedactor } from '../configuration';
import type { PlannedPlugin, PluginState } from '../contracts/BootPlan';
import type { Plugin } from '../contracts/Plugin';
import type { Problem } from '../errors/Problem';
import { serializeError } from '../errors/serializeError';
import type { PluginRegistration } from './PluginRegistration';

/** A plugin's name and its source: a package, or code. */
export interface PluginOrigin {
  readonly name: string;
  readonly package?: string;
  readonly version?: string;
  readonly folder?: string;
  readonly file?: string;
  /** The range of versions of daemonry that its manifest asks for. */
  readonly engine?: string;
  /** Given in code. */
  readonly given?: Plugin;
}

/** One plugin and its state, from its discovery to its registration. */
export class PluginRecord {
  readonly origin: PluginOrigin;
  /** Its place among the enabled plugins, from 1; undefined for one that is not enabled. */
  priority: number | undefined;
  /** Set when `register` has settled; removed again when the plugin fails. */
  registration: PluginRegistration | undefined;
  /** The texts of its settings that must not be shown, also when it fails. */
  secrets: readonly string[] = [];
  #state: PluginState = 'found';
  #reason: string | undefined;
  #problems: readonly Problem[] = [];
  #error: Error | undefined;

  constructor(origin: PluginOrigin, problems: readonly Problem[] = []) {
    this.origin = origin;
    if (problems.length > 0) this.refuse(problems);
  }

  get name(): string {
    return this.origin.name;
  }

  get state(): PluginState {
    return this.#state;
  }

  get reason(): string | undefined {
    return this.#reason;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  /** `daemonry-plugin-marvin 1.0.0 (/app/node_modules/daemonry-plugin-marvin)` */
  get label(): string {
    const { package: name, version, folder } = this.origin;
    if (name === undefined) return `"${this.name}", given in code`;
    return `${name}${version === undefined ? '' : ` ${version}`} (${folder ?? ''})`;
  }

  enable(): void {
    this.#state = 'enabled';
  }

  disable(reason: string): void {
    this.#state = 'disabled';
    this.#reason = reason;
  }

  refuse(problems: readonly Problem[]): void {
    this.#state = 'refused';
    this.#keep(problems);
  }

  /** Drops its registration: nothing that it registered takes effect. */
  fail(problems: readonly Problem[], error?: Error): void {
    this.#state = 'failed';
    this.registration = undefined;
    this.#error = error;
    this.#keep(problems);
  }

  /** The plugin as the plan shows it: plain JSON, without its secrets. */
  describe(): Omit<PlannedPlugin, 'listeners'> {
    const { name, package: packageName, version, folder, file } = this.origin;
    return createRedactor(this.secrets).data({
      name,
      state: this.#state,
      ...(this.priority === undefined ? {} : { priority: this.priority }),
      ...(packageName === undefined ? {} : { package: packageName }),
      ...(version === undefined ? {} : { version }),
      ...(folder === undefined ? {} : { folder }),
      ...(file === undefined ? {} : { file }),
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      problems: this.#problems,
      ...(this.#error === undefined ? {} : { error: serializeError(this.#error) }),
    });
  }

  #keep(problems: readonly Problem[]): void {
    this.#problems = problems;
    this.#reason = problems.map(({ what }) => what).join(' ');
  }
}
