import {
  CONFIGURED_DAEMON_RULES,
  CONFIGURED_LISTENER_RULES,
  CONFIGURED_TASK_RULES,
  DAEMON_DECORATOR_RULES,
  LISTENER_DECORATOR_RULES,
  type Rule,
} from './options/optionTable';
import { FRAMEWORK_SECTIONS, LEVEL_RULE, RESERVED_SECTIONS } from './options/framework';
import type { Rules } from './options/readOptions';
import { lazySectionOf, type RefusedShape, sectionOf, type SectionShape, type Shape, comparable } from './tree/Shape';
import type { AnyClass } from '../contracts/metadata';
import type { Problems } from '../errors/Problem';

/** The facts about a listener that decide what can be configured for it. */
export interface ConfigurableListener {
  readonly name: string;
  readonly daemon: boolean;
  /** The names of its tasks, `tick` included. */
  readonly tasks: readonly string[];
}

/** The parts of an application that can be configured, beside the framework's own sections. */
export interface ConfigurationSchema {
  readonly listeners: readonly ConfigurableListener[];
  /** The classes with `@Settings`. */
  readonly settings: readonly AnyClass[];
  /** Classes with `@Settings` that nothing reads in this application: their sections are not checked. @defaultValue none */
  readonly unreadSettings?: readonly AnyClass[];
  /** There may be other settings classes, so that sections which are not known are ignored. @defaultValue false */
  readonly mayHaveOtherSettings?: boolean;
  /** @defaultValue no plugin */
  readonly plugins?: ConfigurablePlugins;
}

export interface ConfigurablePlugins {
  /**
   * For each plugin, how `plugins.settings.<name>` is treated: `resolved` already, at its registration; refused, because
   * it has `none`; `ignored`, because it is not loaded and cannot say what it would know.
   */
  readonly settings: ReadonlyMap<string, 'resolved' | 'none' | 'ignored'>;
  /** An enabled plugin is not loaded, so that listeners may be missing: keys of unknown listeners are ignored. */
  readonly incomplete: boolean;
}

type Keys = Map<string, Shape>;

const NO_PLUGINS: ConfigurablePlugins = { settings: new Map(), incomplete: false };

/** Everything that is known at the top level, except settings: the part of the configuration that is merged last. */
export function describeConfiguration({ listeners, plugins = NO_PLUGINS }: ConfigurationSchema): Keys {
  const others = plugins.incomplete ? 'ignored' : 'unknown';
  const keys: Keys = new Map(FRAMEWORK_SECTIONS.map((section) => [section, { kind: 'elsewhere' }]));
  keys.set('logging', laterKey('levels', { ...describeLevels(listeners), others }));
  keys.set('plugins', laterKey('settings', describePluginSettings(plugins)));
  keys.set('listeners', {
    ...lazySectionOf(
      'a listener of this application',
      () => new Map(listeners.map((listener) => [listener.name, describeListener(listener)])),
    ),
    others,
  });
  keys.set('errors', notYet('the section "errors" does not work yet.'));
  return keys;
}

/** A section of the framework, of which only this key is left to merge. */
const laterKey = (key: string, shape: Shape): SectionShape => ({
  ...sectionOf('a key', new Map([[key, shape]])),
  others: 'elsewhere',
});

function describePluginSettings({ settings }: ConfigurablePlugins): SectionShape {
  const shapes = [...settings].map(([plugin, treatment]): [string, Shape] => {
    if (treatment === 'none') return [plugin, sectionOf(`a setting of the plugin "${plugin}"`, new Map())];
    return [plugin, { kind: treatment === 'ignored' ? 'ignored' : 'elsewhere' }];
  });
  return sectionOf('a plugin that is installed', new Map(shapes));
}

const describeLevels = (listeners: readonly ConfigurableListener[]): SectionShape =>
  lazySectionOf(
    'a listener of this application',
    () => new Map(listeners.map(({ name }) => [name, { kind: 'value', text: LEVEL_RULE.text }])),
  );

const describeListener = ({ daemon, tasks }: ConfigurableListener): SectionShape =>
  lazySectionOf('an option of this listener', () =>
    daemon ? new Map([...daemonOptions(), ['tasks', describeTasks(tasks)]]) : plainListenerOptions(),
  );

function describeTasks(tasks: readonly string[]): SectionShape {
  const task = sectionOf('an option of this task', taskOptions());
  return sectionOf('a task of this listener', new Map(tasks.map((name) => [name, task])));
}

const daemonOptions = (): Keys =>
  optionsOf(CONFIGURED_DAEMON_RULES, DAEMON_DECORATOR_RULES, (option) => `"${option}" is for the author to say.`);

const plainListenerOptions = (): Keys =>
  optionsOf(CONFIGURED_LISTENER_RULES, { ...DAEMON_DECORATOR_RULES, tasks: undefined }, (option) =>
    Object.hasOwn(LISTENER_DECORATOR_RULES, option)
      ? `"${option}" is for the author to say.`
      : 'this listener is no background daemon, and has no such option.',
  );

const taskOptions = (): Keys =>
  optionsOf(
    CONFIGURED_TASK_RULES,
    { ...DAEMON_DECORATOR_RULES, enabled: undefined },
    () => 'it is no option of a single task.',
  );

/** The options in `rules`, which may be set; the other options in `known`, each with the reason why it may not. */
function optionsOf(rules: Rules, known: object, why: (option: string) => string): Keys {
  const refused = Object.keys(known).map((option): [string, Shape] => [
    option,
    { kind: 'refused', code: 'CONFIG_UNKNOWN_KEY', why: why(option), fix: 'remove it.' },
  ]);
  const offered = Object.entries(rules).map(([option, rule]): [string, Shape] => [option, shapeOf(rule, option)]);
  return new Map([...refused, ...offered]);
}

function shapeOf({ text, parts }: Rule<unknown>, option: string): Shape {
  if (parts === undefined) return { kind: 'value', text };
  const keys = Object.entries(parts).map(([key, part]): [string, Shape] => [key, shapeOf(part, key)]);
  return { ...sectionOf(`a key of "${option}"`, new Map(keys)), orText: text };
}

const notYet = (why: string): RefusedShape => ({
  kind: 'refused',
  code: 'CONFIG_UNSUPPORTED',
  why,
  fix: 'remove it until a version supports it.',
});

/**
 * Reports keys of one level that an environment variable cannot tell apart, because they differ only in case and
 * underscores: sections, listeners, tasks of a listener, fields of settings.
 */
export function checkCollisions(
  sections: ReadonlyMap<string, Shape>,
  listeners: readonly ConfigurableListener[],
  problems: Problems,
): void {
  const check = (keys: Iterable<string>, path: string): void => {
    const byComparable = new Map<string, string>();
    for (const key of keys) {
      const form = comparable(key);
      const other = byComparable.get(form);
      // Two listeners of one name are reported as such.
      if (other !== undefined && other !== key) {
        problems.add('CONFIG_KEY_COLLISION', {
          what: `The keys "${path}${other}" and "${path}${key}" differ in case and underscores only.`,
          fix: 'rename one of them: in the environment they would be one key.',
        });
      }
      byComparable.set(form, key);
    }
  };

  // A settings class may contain itself.
  const seen = new Set<SectionShape>();
  const checkSettings = (section: SectionShape, path: string): void => {
    if (seen.has(section)) return;
    seen.add(section);
    check(section.keys().keys(), path);
    for (const [key, shape] of section.keys()) {
      if (shape.kind === 'section') checkSettings(shape, `${path}${key}.`);
    }
  };

  const known = [...sections].filter(([, { kind }]) => kind !== 'ignored');
  check(
    known.map(([key]) => key),
    '',
  );
  check(
    listeners.map(({ name }) => name),
    'listeners.',
  );
  for (const { name, tasks } of listeners) {
    if (tasks.length > 1) check(tasks, `listeners.${name}.tasks.`);
  }
  for (const [key, shape] of known) {
    if (shape.kind === 'section' && !RESERVED_SECTIONS.includes(key)) checkSettings(shape, `${key}.`);
  }
}
