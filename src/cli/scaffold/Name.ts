import { UsageError } from '../cliErrors';

/** A name in the spellings that generated code needs. */
export interface Name {
  /** `OrderSync` */
  readonly pascal: string;
  /** `orderSync` */
  readonly camel: string;
  /** `order_sync` */
  readonly snake: string;
  /** `order-sync` */
  readonly kebab: string;
}

const LONGEST = 60;
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g;
const FORM = /^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$/;

/** Names that generated files import; a generated class of the same name would clash with them. */
const IMPORTED = [
  'BackgroundDaemon',
  'Listener',
  'Settings',
  'IsDuration',
  'Duration',
  'OnTick',
  'TickContext',
  'ContainerModule',
  'PluginContext',
];

/**
 * Parses the name of something to generate, in any spelling: `order-sync`, `order_sync`, `OrderSync`.
 *
 * @param suffix - the ending that the generated class will get, such as `Settings`; dropped from `text` if it is there.
 * @throws UsageError when the text is no valid name, or the class would hide a global or an imported one.
 */
export function parseName(text: string, suffix = ''): Name {
  const refuse = (why: string, fix = 'give words of letters and digits: order-sync, or OrderSync.'): never => {
    throw new UsageError('INVALID_NAME', { what: `"${text}" cannot be used as a name: ${why}.`, fix });
  };
  if (text.length > LONGEST) refuse(`it has ${text.length} characters, at most ${LONGEST} are allowed`);
  if (!FORM.test(text)) {
    refuse(
      /^[^A-Za-z]/.test(text) ? 'it does not begin with a letter' : 'it holds more than words of letters and digits',
    );
  }
  const words = (text.match(WORD) ?? []).map((word) => word.toLowerCase());
  if (words.length > 1 && words.at(-1) === suffix.toLowerCase()) words.pop();
  const pascal = words.map(capitalised).join('');
  if (pascal + suffix in globalThis || IMPORTED.includes(pascal + suffix)) {
    refuse(`a class ${pascal + suffix} would hide another one`, `add a word: ${words.join('-')}-sync, say.`);
  }
  return {
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    snake: words.join('_'),
    kebab: words.join('-'),
  };
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const APPLICATION_NAME = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const LONGEST_LABEL = 50;

/** The packages of every application. npm refuses to install a package into a package of the same name. */
export const DEPENDENCIES = [
  'daemonry',
  'fastify',
  'inversify',
  'reflect-metadata',
  'class-validator',
  'jest',
  'typescript',
  'ts-node',
];

/**
 * Checks the name of a new application, which its package, image, systemd unit and Kubernetes deployment all get.
 *
 * @throws UsageError when it is invalid for one of them.
 */
export function parseApplicationName(text: string): string {
  const why = !APPLICATION_NAME.test(text)
    ? 'it has to be lower-case letters, digits and single dashes, and begin with a letter'
    : text.includes('--')
      ? 'it holds two dashes in a row'
      : text.length > LONGEST_LABEL
        ? `it has ${text.length} characters, at most ${LONGEST_LABEL} are allowed`
        : DEPENDENCIES.includes(text) || text === 'node-modules'
          ? 'it is the name of a package that the application depends on'
          : undefined;
  if (why === undefined) return text;
  throw new UsageError('INVALID_NAME', {
    what: `"${text}" cannot be the name of an application: ${why}.`,
    fix: 'give one such as "orders" or "order-sync"; --directory puts it elsewhere.',
  });
}
