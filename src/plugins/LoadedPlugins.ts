import type { FrameworkConfig } from '../contracts/configuration';
import type { PlanWarning } from '../contracts/BootPlan';
import type { IdentityProvider } from '../contracts/Identity';
import type { Problems } from '../errors/Problem';
import type { PluginInput } from '../planning/PluginInput';
import type { PluginRecord } from './PluginRecord';
import type { Subscription } from './PluginRegistration';

/** Something that a plugin has registered, with the plugin's name. */
export interface Owned<T> {
  readonly plugin: string;
  readonly value: T;
}

/** All plugins of an application after their registration, also those that are disabled, refused or failed. */
export class LoadedPlugins {
  readonly #records: readonly PluginRecord[];
  readonly #onFailure: FrameworkConfig['plugins']['onFailure'];
  readonly #warnings: readonly PlanWarning[];

  constructor(
    records: readonly PluginRecord[],
    onFailure: FrameworkConfig['plugins']['onFailure'],
    warnings: readonly PlanWarning[],
  ) {
    const last = records.length + 1;
    this.#records = [...records].sort((a, b) => (a.priority ?? last) - (b.priority ?? last));
    this.#onFailure = onFailure;
    this.#warnings = warnings;
  }

  /** True if a plugin that fails makes the application fail. */
  get abort(): boolean {
    return this.#onFailure === 'abort';
  }

  /** The plugins that take effect, by priority. */
  get loaded(): readonly PluginRecord[] {
    return this.#records.filter(({ state }) => state === 'enabled');
  }

  /** The plugins that are enabled and were refused or failed. */
  get lost(): readonly PluginRecord[] {
    return this.#records.filter(
      ({ state, priority }) => priority !== undefined && (state === 'refused' || state === 'failed'),
    );
  }

  get subscriptions(): readonly Owned<Subscription>[] {
    return this.#owned(({ registration }) => registration?.subscriptions ?? []);
  }

  get identityProviders(): readonly Owned<IdentityProvider>[] {
    return this.#owned(({ registration }) => registration?.identityProviders ?? []);
  }

  /** The texts of plugin settings that must not be shown, also of plugins that have failed. */
  get secrets(): readonly string[] {
    return this.#records.flatMap(({ secrets }) => secrets);
  }

  /** With `plugins.onFailure: 'abort'`, adds a problem for each plugin that was refused or failed. */
  reportLost(problems: Problems): void {
    if (!this.abort) return;
    for (const record of this.lost) {
      problems.add('PLUGIN_FAILED', {
        what: `The plugin "${record.name}" is not loaded, and plugins.onFailure is "abort".`,
        facts: {
          package: record.label,
          file: record.origin.file,
          because: record.describe().problems.map(({ code, what }) => `${code}: ${what}`),
        },
        fix: `${record.problems.map(({ fix }) => fix).join(' ')} Or remove it from plugins.enabled.`,
      });
    }
  }

  /** The warnings of the plan: one for each plugin that was refused or failed, and unknown names in `plugins.disabled`. */
  get warnings(): readonly PlanWarning[] {
    const lost = this.lost.map((record) => ({
      code: 'PLUGIN_FAILED',
      message: `The plugin "${record.name}" is not loaded: ${record.describe().reason ?? 'no reason given'}`,
    }));
    return [...this.#warnings, ...lost];
  }

  /** The input of planning if only the plugins in `kept` were loaded. */
  inputOf(kept: readonly PluginRecord[]): PluginInput {
    const settings = kept.flatMap(({ registration }) => registration?.settings ?? []);
    return {
      bindings: kept.flatMap(({ registration }) => registration?.bindings ?? []),
      configurable: {
        settings: new Map(this.#records.map((record) => [record.name, settingsOf(record, kept)])),
        incomplete: this.#records.some(
          (record) => (record.priority !== undefined || record.state === 'disabled') && !kept.includes(record),
        ),
      },
      values: settings.flatMap(({ values }) => values),
      secrets: this.secrets,
      describe: () => this.#records.map((record) => record.describe()),
      warnings: () => this.warnings,
    };
  }

  #owned<T>(of: (record: PluginRecord) => readonly T[]): readonly Owned<T>[] {
    return this.loaded.flatMap((record) => of(record).map((value) => ({ plugin: record.name, value })));
  }
}

function settingsOf(record: PluginRecord, kept: readonly PluginRecord[]): 'resolved' | 'none' | 'ignored' {
  if (!kept.includes(record)) return 'ignored';
  return record.registration?.settings === undefined ? 'none' : 'resolved';
}
