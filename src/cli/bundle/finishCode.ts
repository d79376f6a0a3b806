import { asciiCode, STARTER_IMPORT } from './codeCache';

/** The function that imports, in code whose cache is used. */
const IMPORT = '__bundleImport';

/** The function that tells the namespace of an ES module. */
const IS_NAMESPACE = '__bundleIsNamespace';

/**
 * The code before everything else in a bundle.
 *
 * @param starter - the name of the starter file, for code whose cache is used: the application is to find that name as its own.
 */
export function bannerOf(starter: string | undefined): string {
  const all = `const __bundleUrl = require("node:url").pathToFileURL(__filename).href, ${IS_NAMESPACE} = require("node:util").types.isModuleNamespaceObject;`;
  if (starter === undefined) return all;
  const own = `typeof ${STARTER_IMPORT} === "function" ? ${STARTER_IMPORT} : (specifier) => import(specifier)`;
  return `__filename = require("node:path").join(__dirname, ${JSON.stringify(starter)});${all}const ${IMPORT} = ${own};`;
}

/**
 * The code that is written, made of what esbuild has made. The code of the application stays in its lines and columns, since the
 * map says where it is.
 *
 * @param isCached - true for code that was made without `import()`, see {@link withImports}.
 */
export function finishCode(code: string, isCached: boolean): Buffer {
  const imported = isCached ? withImports(code) : code;
  return Buffer.from(asciiCode(withNamespaces(withQuickNames(imported))), 'latin1');
}

/**
 * With `keepNames`, esbuild gives each function its name whenever it is made, as it does not know which ones have it. Nearly all
 * do, and to compare takes a tenth of the time. Short names never do.
 */
const withQuickNames = (code: string): string =>
  code.replace(
    /(var __name ?= ?\(target, ?value\) ?=> ?)(__defProp\(target, ?"name", ?\{ ?value, ?configurable: ?true ?\}\);)/,
    '$1target.name === value ? target : $2',
  );

/** The function of esbuild that makes a namespace of what `require` returns; its name may be a short one. */
const TO_NAMESPACE =
  /\bvar (?<name>[\w$]+)\s*=\s*\((?<module>[\w$]+),\s*[\w$]+,\s*(?<target>[\w$]+)\)\s*=>\s*(?=\(\k<target>\s*=\s*\k<module>\s*!=\s*null\s*\?)/;

/** Takes the namespace of an ES module that stays outside as it is: its default export is the one of the module. */
const withNamespaces = (code: string): string => code.replace(TO_NAMESPACE, `$&${IS_NAMESPACE}($<module>)?$<module>:`);

/**
 * Lets the imports that are left in the code go through the starter file. In code that comes from a cache, Node 20 refuses
 * `import()`, so esbuild was asked to do without: it has written `Promise.resolve().then(() => __toESM(require(specifier), 1))`,
 * which loads no ES module that awaits, and evaluates the specifier too late.
 */
function withImports(code: string): string {
  const name = TO_NAMESPACE.exec(code)?.groups?.name;
  if (name === undefined) return code;
  const words = ['Promise', '.', 'resolve', '(', ')', '.', 'then', '(', '(', ')', '=>', name, '(', 'require', '('];
  const left = new RegExp(words.map((word) => word.replace(/[.()$]/g, String.raw`\$&`)).join(String.raw`\s*`), 'g');
  // As many brackets are left open: the call is the one of `__toESM`, and the specifier is the first of its arguments.
  return code.replace(left, (all) => `(${inPlaceOf(all.slice(1), `${IMPORT}((`)}`);
}

/** A text in the longest line of another one, with the lines and their lengths kept. */
function inPlaceOf(other: string, text: string): string {
  const lines = other.split('\n');
  const longest = Math.max(...lines.map(({ length }) => length));
  const place = lines.findIndex(({ length }) => length === longest);
  return lines.map((line, index) => (index === place ? text : '').padEnd(line.length)).join('\n');
}
