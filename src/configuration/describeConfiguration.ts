import {
  CONFIGURED_DAEMON_RULES,
  CONFIGURED_LISTENER_RULES,
  CONFIGURED_TASK_RULES,
  DAEMON_DECORATOR_RULES,
  LISTENER_DECORATOR_RULES,
  RESERVED_OPTIONS,
} from './options/optionTable';
import { FRAMEWORK_TABLE, KNOWN_MODULE_SECTIONS, LEVEL_RULE, RESERVED_SECTIONS } from './options/frameworkTable';
import type { Rules } from './options/readOptions';
import type { Rule } from './options/rules';
import { lazySectionOf, type RefusedShape, sectionOf, type SectionShape, type Shape, comparable } from './tree/Shape';
import type { AnyClass } from '../contracts/metadata';
import type { Problems } from '../errors/Problem';

/** A listener as far as its configuration is concerned. */
export interface ConfigurableListener {
  readonly name: string;
  readonly daemon: boolean;
  /** The names of its tasks, `tick` included. */
  readonly tasks: readonly string[];
}

/** What can be configured in an application, beside the framework itself. */
export interface ConfigurationSchema {
  readonly listeners: readonly ConfigurableListener[];
  /** The classes with `@Settings`. */
  readonly settings: readonly AnyClass[];
  /** @defaultValue no plugin */
  readonly plugins?: ConfigurablePlugins;
}

export interface ConfigurablePlugins {
  /** What is known below `plugins.settings`, by plugin. */
  readonly settings: ReadonlyMap<string, Shape>;
  /** A plugin that is meant to be there is not, so that its listeners are not known. */
  readonly incomplete: boolean;
}

type Keys = Map<string, Shape>;

const NO_PLUGINS: ConfigurablePlugins = { settings: new Map(), incomplete: false };

/** Everything that is known at the top level, but for settings. */
export function describeConfiguration({ listeners, plugins = NO_PLUGINS }: ConfigurationSchema): Keys {
  const others = { passesOverOthers: plugins.incomplete };
  const keys: Keys = new Map(KNOWN_MODULE_SECTIONS.map((name) => [name, { kind: 'ignored' }]));
  for (const [section, values] of Object.entries<Readonly<Record<string, { readonly rule: Rule<unknown> }>>>(
    FRAMEWORK_TABLE,
  )) {
    const known: Keys = new Map(
      Object.entries(values).map(([key, { rule }]) => [key, { kind: 'value', text: rule.text }]),
    );
    if (section === 'logging') known.set('levels', { ...describeLevels(listeners), ...others });
    if (section === 'plugins') known.set('settings', sectionOf('a plugin that is installed', plugins.settings));
    keys.set(section, sectionOf(`a key of "${section}"`, known));
  }
  keys.set('listeners', {
    ...lazySectionOf(
      'a listener of this application',
      () => new Map(listeners.map((listener) => [listener.name, describeListener(listener)])),
    ),
    ...others,
  });
  keys.set('errors', notYet('the section "errors" does not work yet.'));
  return keys;
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

/** The options that may be set, and among what else is known the reason why not. */
function optionsOf(rules: Rules, known: object, why: (option: string) => string): Keys {
  const refused = Object.keys(known).map((option): [string, Shape] => [
    option,
    { kind: 'refused', code: 'CONFIG_UNKNOWN_KEY', why: why(option), fix: 'remove it.' },
  ]);
  const reserved = RESERVED_OPTIONS.map((option): [string, Shape] => [
    option,
    notYet('this option does not work yet.'),
  ]);
  const offered = Object.entries(rules).map(([option, { text }]): [string, Shape] => [option, { kind: 'value', text }]);
  return new Map([...refused, ...reserved, ...offered]);
}

const notYet = (why: string): RefusedShape => ({
  kind: 'refused',
  code: 'CONFIG_UNSUPPORTED',
  why,
  fix: 'remove it until a version supports it.',
});

/**
 * Reports known keys side by side that a variable of the environment could not tell apart: sections, listeners, tasks of a
 * listener, fields of settings.
 */
export function checkCollisions(
  sections: ReadonlyMap<string, Shape>,
  listeners: readonly ConfigurableListener[],
  problems: Problems,
): void {
  const check = (keys: Iterable<string>, path: string): void => {
    const byComparable = new Map<string, string>();
    for (const key of keys) {
      const other = byComparable.get(comparable(key));
      if (other !== undefined) {
        problems.add('CONFIG_KEY_COLLISION', {
          what: `The keys "${path}${other}" and "${path}${key}" differ in case and underscores only.`,
          fix: 'rename one of them: in the environment they would be one key.',
        });
      }
      byComparable.set(comparable(key), key);
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
  const reserved: readonly string[] = RESERVED_SECTIONS;
  for (const [key, shape] of known) {
    if (shape.kind === 'section' && !reserved.includes(key)) checkSettings(shape, `${key}.`);
  }
}
