import { RESERVED_SECTIONS, KNOWN_MODULE_SECTIONS } from '../../configuration/options/frameworkTable';
import { listenerName } from '../../configuration/tree/names';
import { ownManifest } from '../ownManifest';
import { UsageError } from '../UsageError';
import type { Insertion } from './insertAtMarkers';
import { type Name, parseName } from './Name';

/** What is generated, beside the templates of its kind. */
interface Generation {
  readonly values: Readonly<Record<string, string>>;
  /** How the application gets to know it. */
  readonly registration?: {
    readonly file: string;
    /** `place` says to people where the line goes. */
    readonly insertions: readonly (Insertion & { readonly place: string })[];
  };
  /** What is left for people to do. */
  readonly advice?: string;
}

interface Generator {
  readonly description: string;
  /** @throws UsageError when the name cannot be used. */
  readonly plan: (name: string) => Generation;
}

export type GeneratorKind = 'listener' | 'module' | 'settings' | 'plugin';

export const GENERATORS: Readonly<Record<GeneratorKind, Generator>> = {
  listener: {
    description: 'a background daemon with its test: src/<Name>.ts, test/<Name>.test.ts; listed in src/listeners.ts',
    plan: (given) => {
      const name = parseName(given);
      return {
        values: { ...name, listener: nameOf(name.pascal) },
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
    description: 'a container module with a service and its test: modules/<name>/; listed in src/modules.ts',
    plan: (given) => {
      const name = checkSection(given, parseName(given), 'module');
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
    description: 'a validated settings class with its test: src/<Name>Settings.ts; injected by its class',
    plan: (given) => {
      const name = checkSection(given, parseName(given, 'Settings'), 'section of the configuration');
      return {
        values: { ...name },
        advice: `It counts once a listener or service injects it:\n  constructor(private readonly settings: ${name.pascal}Settings) {}\nand is configured under "${name.snake}", in config/default.yaml or as DAEMONRY__${name.snake.toUpperCase()}__ENABLED.`,
      };
    },
  },
  plugin: {
    description: 'a plugin package of its own, with a daemon and a test: plugins/<name>/',
    plan: (given) => {
      const name = parseName(given);
      const { version } = ownManifest();
      return {
        values: { ...name, daemonry: version, engine: engineOf(version) },
        advice: `It is a package of its own: build it, then tell the application of it in config/default.yaml:\n  plugins:\n    enabled: [${name.kebab}]\n    paths: [plugins/${name.kebab}]`,
      };
    },
  },
};

/** The name that the framework gives the class. */
const nameOf = (className: string): string =>
  listenerName(className, { kind: 'daemon', options: {}, location: () => undefined });

/** Until 1.0 a minor version may change what a plugin relies on. */
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

function checkSection(given: string, name: Name, noun: string): Name {
  const taken: readonly string[] = [...RESERVED_SECTIONS, ...KNOWN_MODULE_SECTIONS];
  if (!taken.includes(name.snake)) return name;
  throw new UsageError('INVALID_NAME', {
    what: `"${given}" cannot be the name of a ${noun}: "${name.snake}" is the framework's own.`,
    facts: { taken: taken.join(', ') },
    fix: `add a word: ${name.kebab}-app, say.`,
  });
}
