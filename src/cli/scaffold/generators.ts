import { isForbiddenKey, listenerName, RESERVED_SECTIONS } from '../../configuration';
import { UsageError } from '../cliErrors';
import { ownManifest } from '../packages';
import type { Insertion } from './insertAtMarkers';
import { type Name, parseName } from './Name';

/** How one name is generated: the input of the templates of its kind, and the steps after writing them. */
interface Generation {
  /** Replaces `{{key}}` and `__key__` in the templates. */
  readonly values: Readonly<Record<string, string>>;
  /** The lines that make the application use it, and the file they go into. */
  readonly registration?: {
    readonly file: string;
    /** `place` describes where the line goes, for the case that the file has no markers. */
    readonly insertions: readonly (Insertion & { readonly place: string })[];
  };
  /** The steps left to do by hand, as text. */
  readonly advice?: string;
}

interface Generator {
  /** Its help text. */
  readonly description: string;
  /** @throws UsageError when the name is invalid. */
  readonly plan: (name: string) => Generation;
}

/** The kinds of things that `generate` adds, named like their folders in `templates/`. */
export type GeneratorKind = 'listener' | 'module' | 'settings' | 'plugin';

/** The generator of each kind. */
export const GENERATORS: Readonly<Record<GeneratorKind, Generator>> = {
  listener: {
    description: 'a background daemon with a test: src/<Name>.ts, test/<Name>.test.ts; added to src/listeners.ts',
    plan: (given) => {
      const name = parseName(given);
      const listener = nameOf(name.pascal);
      checkKey(given, listener, 'listener');
      return {
        values: { ...name, listener },
        registration: register(
          'src/listeners.ts',
          'listeners',
          `import { ${name.pascal} } from './${name.pascal}';`,
          name.pascal,
        ),
      };
    },
  },
  module: {
    description: 'a container module with a service and a test: modules/<name>/; added to src/modules.ts',
    plan: (given) => {
      const name = checkIndex(given, checkSection(given, parseName(given), 'module'));
      const load = `${name.camel}Module`;
      return {
        values: { ...name },
        registration: register(
          'src/modules.ts',
          'modules',
          `import { ${load} } from '../modules/${name.snake}';`,
          `${load}()`,
        ),
      };
    },
  },
  settings: {
    description: 'a validated settings class with a test: src/<Name>Settings.ts',
    plan: (given) => {
      const name = checkSection(given, parseName(given, 'Settings'), 'section of the configuration');
      return {
        values: { ...name },
        advice: `It is read once a listener or service injects it:\n  constructor(private readonly settings: ${name.pascal}Settings) {}\nand is configured under "${name.snake}", in config/default.yaml or as DAEMONRY__${name.snake.toUpperCase()}__TIMEOUT.`,
      };
    },
  },
  plugin: {
    description: 'a plugin, as a package of its own, with a daemon and a test: plugins/<name>/',
    plan: (given) => {
      const name = parseName(given);
      checkKey(given, name.snake, 'plugin');
      const { version } = ownManifest();
      return {
        values: { ...name, daemonry: version, engine: engineOf(version) },
        advice: `It is a package of its own: build it, then enable it in config/default.yaml:\n  plugins:\n    enabled: [${name.kebab}]\n    paths: [plugins/${name.kebab}]`,
      };
    },
  },
};

/** The default listener name of a class. */
const nameOf = (className: string): string =>
  listenerName(className, { kind: 'daemon', options: {}, location: () => undefined });

/** The range of versions that a new plugin declares to work with. Before 1.0, minor versions may break plugins. */
function engineOf(version: string): string {
  const [major = '0', minor = '0'] = version.split('.');
  return major === '0' ? `^0.${minor}` : `^${major}`;
}

function register(file: string, list: string, importLine: string, entry: string): Generation['registration'] {
  return {
    file,
    insertions: [
      { marker: 'daemonry:imports', line: importLine, place: 'with the imports' },
      { marker: `daemonry:${list}`, line: `${entry},`, place: `in the list \`${list}\` of createApplication` },
    ],
  };
}

/** The service of a module stands beside its `index.ts`, in a file that is named after the class. */
function checkIndex(given: string, name: Name): Name {
  if (name.kebab !== 'index') return name;
  throw new UsageError('INVALID_NAME', {
    what: `"${given}" cannot be the name of a module: its class would be in Index.ts, beside index.ts.`,
    fix: `add a word: ${name.kebab}-app, say.`,
  });
}

/** @throws UsageError when nothing can be configured under the key. */
function checkKey(given: string, key: string, noun: string): void {
  if (!isForbiddenKey(key)) return;
  throw new UsageError('INVALID_NAME', {
    what: `"${given}" cannot be the name of a ${noun}: the key "${key}" is refused in a configuration.`,
    fix: `add a word: ${key}-app, say.`,
  });
}

function checkSection(given: string, name: Name, noun: string): Name {
  checkKey(given, name.snake, noun);
  if (!RESERVED_SECTIONS.includes(name.snake)) return name;
  throw new UsageError('INVALID_NAME', {
    what: `"${given}" cannot be the name of a ${noun}: "${name.snake}" is the framework's own.`,
    facts: { taken: RESERVED_SECTIONS.join(', ') },
    fix: `add a word: ${name.kebab}-app, say.`,
  });
}
