import { type AnyClass, listenerMetadata } from '../contracts/metadata';

const NODE_INTERNAL = /^node:/;

/** The class and its file: `OrderSync (/app/src/OrderSync.ts:12:2)`. Only the name, where the file is not known. */
export function describeClass(target: AnyClass): string {
  const file = classLocation(target);
  const name = target.name === '' ? '(anonymous class)' : target.name;
  return file === undefined ? name : `${name} (${file})`;
}

/** Where a class comes from: what its decorator noted, else the loaded file that exports it. Costly; for messages. */
function classLocation(target: AnyClass): string | undefined {
  return listenerMetadata(target)?.location() ?? exportingFile(target);
}

function exportingFile(target: AnyClass): string | undefined {
  for (const [file, loaded] of Object.entries(require.cache)) {
    if (NODE_INTERNAL.test(file) || loaded === undefined) continue;
    if (exportsOf(loaded).includes(target)) return file;
  }
  return undefined;
}

// A re-exporting index would win over the declaring file when it was loaded first; so only data properties are read,
// because the re-exports that compilers emit are getters.
function exportsOf(loaded: NodeJS.Module): unknown[] {
  const exported = loaded.exports as unknown;
  if (typeof exported === 'function') return [exported];
  if (typeof exported !== 'object' || exported === null) return [];
  return Object.values(Object.getOwnPropertyDescriptors(exported)).map((property) => property.value as unknown);
}
