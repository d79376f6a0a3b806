import { type AnyClass, listenerMetadata } from '../contracts/metadata';

const NODE_INTERNAL = /^node:/;

/**
 * A class and its file for messages: `OrderSync (/app/src/OrderSync.ts:12:2)`; the name alone if the file is not known.
 * Costly: it may search every loaded file.
 */
export function describeClass(target: AnyClass): string {
  const file = listenerMetadata(target)?.location() ?? exportingFile(target);
  const name = nameOfClass(target);
  return file === undefined ? name : `${name} (${file})`;
}

/** The name of a class for messages. A static member called `name` may stand in its place. */
export function nameOfClass({ name }: { readonly name: unknown }): string {
  return typeof name === 'string' && name !== '' ? name : '(anonymous class)';
}

function exportingFile(target: AnyClass): string | undefined {
  for (const [file, loaded] of Object.entries(require.cache)) {
    if (NODE_INTERNAL.test(file) || loaded === undefined) continue;
    if (exportsOf(loaded).includes(target)) return file;
  }
  return undefined;
}

// A re-exporting index would win over the declaring file if it was loaded first. Compilers emit re-exports as getters,
// so only data properties are read.
function exportsOf(loaded: NodeJS.Module): unknown[] {
  const exported = loaded.exports as unknown;
  if (typeof exported === 'function') return [exported];
  if (typeof exported !== 'object' || exported === null) return [];
  return Object.values(Object.getOwnPropertyDescriptors(exported)).map((property) => property.value as unknown);
}
