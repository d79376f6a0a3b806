import {
  CONFIGURED_DAEMON_RULES,
  CONFIGURED_LISTENER_RULES,
  CONFIGURED_TASK_RULES,
  DAEMON_DECORATOR_RULES,
  LISTENER_DECORATOR_RULES,
  RESERVED_OPTIONS,
} from './options/optionTable';
import { FRAMEWORK_TABLE, KNOWN_MODULE_SECTIONS, LEVEL_RULE } from './options/frameworkTable';
import type { ConfigurableListener, ConfigurablePlugins, ConfigurationSchema } from './ConfigurationSchema';
import type { Rules } from './options/OptionLevel';
import type { Rule } from './options/rules';
import { lazySectionOf, type RefusedShape, sectionOf, type SectionShape, type Shape } from './tree/Shape';

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
